/** Kubernetes manifests, and kustomizations of them. */
import type { Language } from '../../project/language.ts';

const KUSTOMIZATION = /^kustomization\.ya?ml$/;
const POD_OWNER = /^[ -]*kind:\s*["']?(?:CronJob|DaemonSet|Deployment|Job|Pod|ReplicaSet|Rollout|StatefulSet)\b/m;

/** An image in ECR, or one that a script fills in: `$IMAGE`, `IMAGE_URI`, `<image>`, `__IMAGE__`. */
const IMAGE = /\.dkr[.-]ecr\.|\bimage:\s*["']?(?:\$|<|%|__|[A-Z][A-Z0-9_]{2,}\b)/;

export const language: Language<'kubernetes'> = {
  kind: 'kubernetes',
  owns: (name) => KUSTOMIZATION.test(name),
  // A chart's template is no YAML before it is rendered.
  inside: {
    among: 'declaration',
    tellTales: ['containers:'],
    is: (text, path) =>
      /\.ya?ml$/.test(path) &&
      !text.includes('{{') &&
      POD_OWNER.test(text) &&
      /^apiVersion:/m.test(text) &&
      IMAGE.test(text),
  },
  read: () => import('./read.ts'),
};
