import type { Login } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'login-on-command-line',
  summary: 'A registry password is passed as an argument',
  severity: 'warning',
  services: ['any'],
  group: 'deploy',
  reach: 'tied',
  check(model, report) {
    const open = model.logins.filter((login) => login.removedCommand === true || login.password === 'argument');
    for (const group of bySite(open, placeOf))
      report(group[0]!.removedCommand === true ? removed(group[0]!) : argument(group[0]!));
  },
});

function placeOf(login: Login): Login['site'] {
  return login.removedCommand === true ? login.site : (login.passwordSite ?? login.site);
}

const STDIN = '`aws ecr get-login-password | docker login --username AWS --password-stdin <registry>`';

const FROM_FILE =
  'Log in first, and make the secret of what that leaves: `kubectl create secret generic … --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=$HOME/.docker/config.json`.';

function argument(login: Login): Report {
  const site = placeOf(login);
  return {
    site,
    message: `${code(login.label)} gets its password as an argument: everybody on the machine can read it in the process list, and CI logs may keep it`,
    confidence: 'certain',
    help: login.argumentOnly === true ? FROM_FILE : `Pass it through standard input: ${STDIN}.`,
    related: relatedTo(site, [{ message: 'the login', site: login.site }]),
  };
}

function removed(login: Login): Report {
  return {
    site: login.site,
    message: `${code(login.label)} does not exist in AWS CLI v2 (\`Invalid choice: 'get-login'\`), and with v1 it puts the password into the process list`,
    confidence: 'certain',
    help: `Use ${STDIN}.`,
    related: relatedTo(login.site, []),
  };
}
