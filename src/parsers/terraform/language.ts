/** Terraform, OpenTofu and Terragrunt. */
import type { Language } from '../../project/language.ts';

const NAME = /(?:\.(?:tf|tofu|tfvars)(?:\.json)?|^terragrunt\.hcl)$/;

export const language: Language<'terraform'> = {
  kind: 'terraform',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
