import { describe, expect, test } from 'vitest';
import { rule as contextBooleanString } from '../../src/rules/context-boolean-string/rule.ts';
import { rule as deployCutShort } from '../../src/rules/deploy-cut-short/rule.ts';
import { rule as deployExitMasked } from '../../src/rules/deploy-exit-masked/rule.ts';
import { rule as deployOutputHidden } from '../../src/rules/deploy-output-hidden/rule.ts';
import { rule as deployUnconfirmed } from '../../src/rules/deploy-unconfirmed/rule.ts';
import { rule as loginOnCommandLine } from '../../src/rules/login-on-command-line/rule.ts';
import { rule as manifestQueryNull } from '../../src/rules/manifest-query-null/rule.ts';
import { at, build, confirmation, contextRead, deploy, login, manifestQuery, model, run, sailing } from './facts.ts';

describe('deploy-output-hidden', () => {
  const hidden = { by: 'tail -100', how: 'until the end', site: at('scripts/deploy.sh:30:40', 'tail -100') } as const;
  test('a deploy behind tail is found at the deploy, with the filter beside it', () => {
    const [found] = run(deployOutputHidden, model([deploy('cdk deploy', { hidden })]));
    expect(found).toMatchObject({
      at: 'scripts/deploy.sh:30:1',
      severity: 'warning',
      related: ['scripts/deploy.sh:30:40 holds the output back'],
    });
    expect(found?.message).toBe(
      '`cdk deploy` is piped into `tail -100`, which prints nothing until the end: it looks hung, and whoever cancels it leaves the stack to roll back',
    );
  });
  test('a build looks hung too, but rolls nothing back', () => {
    expect(run(deployOutputHidden, model([deploy('docker build', { what: 'build', hidden })]))[0]?.message).toContain(
      'the line that says why it failed is lost',
    );
  });
  test('a deploy in the open, and an update that answers at once, are silent', () => {
    expect(run(deployOutputHidden, model([deploy('cdk deploy')]))).toEqual([]);
    expect(
      run(deployOutputHidden, model([deploy('aws lambda update-function-code', { what: 'rollout', hidden })])),
    ).toEqual([]);
  });
});

describe('deploy-exit-masked', () => {
  const masked = {
    by: 'tee',
    why: 'pipe without pipefail',
    site: at('scripts/deploy.sh:30:30', 'tee deploy.log'),
  } as const;
  test('a pipe without pipefail is a warning by hand and an error in CI', () => {
    expect(run(deployExitMasked, model([deploy('cdk deploy', { masked })]))).toMatchObject([
      { at: 'scripts/deploy.sh:30:1', severity: 'warning' },
    ]);
    expect(run(deployExitMasked, model([deploy('cdk deploy', { masked, inCi: true })]))).toMatchObject([
      { severity: 'error' },
    ]);
  });
  test('called from both, it is one finding, and an error', () => {
    expect(
      run(deployExitMasked, model([deploy('cdk deploy', { masked }), deploy('cdk deploy', { masked, inCi: true })])),
    ).toMatchObject([{ severity: 'error' }]);
  });
  test('a retry loop that falls through says so', () => {
    const [found] = run(
      deployExitMasked,
      model([
        deploy('docker push', {
          what: 'push',
          masked: { by: 'for', why: 'retry falls through', site: at('scripts/deploy.sh:28:1', 'for') },
        }),
      ]),
    );
    expect(found?.message).toContain('after the last attempt the retry loop just ends');
  });
  test('a bootstrap that may fail the second time, and a kept status, are silent', () => {
    expect(
      run(
        deployExitMasked,
        model([deploy('cdk bootstrap', { what: 'bootstrap', masked: { ...masked, why: 'or true' } })]),
      ),
    ).toEqual([]);
    expect(run(deployExitMasked, model([deploy('cdk deploy')]))).toEqual([]);
  });
});

describe('deploy-cut-short', () => {
  const limit = (seconds: number) => ({
    seconds,
    by: `timeout ${seconds}`,
    site: at('scripts/deploy.sh:30:1', 'timeout'),
  });
  test('five minutes are not enough for a stack', () => {
    const [found] = run(deployCutShort, model([deploy('cdk deploy', { limit: limit(300) })]));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:30:1', severity: 'warning' });
    expect(found?.message).toContain('is cut off after 5 min by `timeout 300`');
  });
  test('fifteen minutes, a push and Terraform are silent', () => {
    expect(run(deployCutShort, model([deploy('cdk deploy', { limit: limit(900) })]))).toEqual([]);
    expect(run(deployCutShort, model([deploy('docker push', { what: 'push', limit: limit(300) })]))).toEqual([]);
    expect(run(deployCutShort, model([deploy('terraform apply', { limit: limit(300) })]))).toEqual([]);
  });
  test("a job's limit that cuts two deploys is one finding", () => {
    const job = {
      seconds: 600,
      by: 'timeout-minutes: 10',
      site: at('.github/workflows/d.yml:9:5', 'timeout-minutes: 10'),
    };
    const found = run(
      deployCutShort,
      model([
        deploy('cdk deploy', { limit: job }),
        deploy('sam deploy', { limit: job, command: at('scripts/deploy.sh:33:1', 'sam deploy') }),
      ]),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain('`cdk deploy` and `sam deploy` are cut off after 10 min');
  });
});

describe('deploy-unconfirmed', () => {
  const unconfirmed = { site: at('scripts/deploy.sh:30:1') };
  const label = 'aws lambda update-function-code';
  test('an update that nobody waits for is a note that names the wait', () => {
    const [found] = run(deployUnconfirmed, model([deploy(label, { what: 'rollout', unconfirmed })]));
    expect(found).toMatchObject({ severity: 'note' });
    expect(found?.help).toContain('aws lambda wait function-updated-v2');
    expect(found?.message).not.toContain('is not set');
  });
  test('a setting that would make it wait is named as what is missing', () => {
    const without = 'wait-for-service-stability: true';
    const action = deploy('some/deploy-action', { what: 'rollout', unconfirmed: { ...unconfirmed, without } });
    expect(run(deployUnconfirmed, model([action]))[0]?.message).toContain(
      'returns before the outcome is known, as `wait-for-service-stability: true` is not set, and nothing checks',
    );
  });
  test('a wait afterwards in the same run confirms it; one before, or for another service, does not', () => {
    const update = deploy(label, { what: 'rollout', unconfirmed, seq: 10 });
    expect(run(deployUnconfirmed, model([update, confirmation('lambda', { seq: 11 })]))).toEqual([]);
    expect(run(deployUnconfirmed, model([update, confirmation('lambda', { seq: 9 })]))).toHaveLength(1);
    expect(run(deployUnconfirmed, model([update, confirmation('ecs', { seq: 11 })]))).toHaveLength(1);
  });
});

describe('login-on-command-line', () => {
  test('a password argument is found at the argument', () => {
    expect(
      run(
        loginOnCommandLine,
        model([login({ password: 'argument', passwordSite: at('scripts/deploy.sh:5:14', '-p "$PASS"') })]),
      ),
    ).toMatchObject([{ at: 'scripts/deploy.sh:5:14', severity: 'warning' }]);
  });
  test('get-login is gone', () => {
    expect(
      run(
        loginOnCommandLine,
        model([login({ label: 'aws ecr get-login', removedCommand: true, password: 'other' })]),
      )[0]?.message,
    ).toContain("Invalid choice: 'get-login'");
  });
  test('standard input is fine', () => {
    expect(run(loginOnCommandLine, model([login()]))).toEqual([]);
  });
});

describe('manifest-query-null', () => {
  test('the query is the place', () => {
    const [found] = run(manifestQueryNull, model([manifestQuery('.config.architecture')]));
    expect(found).toMatchObject({ at: 'scripts/verify.sh:6:10', severity: 'warning' });
    expect(found?.message).toContain('always gets `null`');
  });
});

describe('context-boolean-string', () => {
  test('a boolean use is found with the option that breaks it', () => {
    const [found] = run(contextBooleanString, model([contextRead('prebuilt ?? false')]));
    expect(found).toMatchObject({ at: 'bin/app.ts:9:5', severity: 'warning', related: ['bin/app.ts:7:20 read here'] });
    expect(found?.message).toContain('`cdk deploy -c prebuilt=false`');
  });
  test('another use is silent', () => {
    expect(run(contextBooleanString, model([contextRead("x === 'true'", { use: 'other' })]))).toEqual([]);
  });
});

describe('deploy-exit-masked, where nobody asked for it', () => {
  const masked = {
    by: 'docker push r/api:1',
    why: 'last command decides',
    site: at('scripts/deploy.sh:31:1', 'docker push r/api:1'),
  } as const;
  test('a build in a script without set -e is a note by hand, an error in CI, and a deploy a warning', () => {
    expect(run(deployExitMasked, model([deploy('docker build', { what: 'build', masked })]))).toMatchObject([
      { severity: 'note' },
    ]);
    expect(run(deployExitMasked, model([deploy('docker build', { what: 'build', masked, inCi: true })]))).toMatchObject(
      [{ severity: 'error' }],
    );
    expect(run(deployExitMasked, model([deploy('cdk deploy', { masked })]))).toMatchObject([{ severity: 'warning' }]);
  });
  test('an image that stays on the machine is silent', () => {
    const local = build({ site: at('scripts/dev.sh:2:1', 'docker build .') });
    expect(
      run(
        deployExitMasked,
        sailing({ builds: [local] }, deploy('docker build', { what: 'build', masked, command: local.site })),
      ),
    ).toEqual([]);
  });
  test('what a caller does to a script is reported at the call', () => {
    const via = [{ label: 'npm run deploy', file: 'scripts/release.sh', span: at('x:4:3', 'npm run deploy').span }];
    const command = at('package.json:3:15', 'cdk deploy', via);
    const found = run(
      deployExitMasked,
      model([
        deploy('cdk deploy', {
          command,
          masked: { by: '|| true', why: 'or true', site: at('scripts/release.sh:4:18', '|| true') },
        }),
      ]),
    );
    expect(found).toMatchObject([
      {
        at: 'scripts/release.sh:4:3',
        related: ['scripts/release.sh:4:18 the failure is lost here', 'package.json:3:15 cdk deploy'],
      },
    ]);
  });
});
