/** `eslint-plugin-plimsoll`: the name is reserved and the package builds; it has no rules yet. */
export const meta = { name: 'eslint-plugin-plimsoll', version: '0.1.0' };

export const rules: Readonly<Record<string, never>> = {};
