/** Scripts that can build, push and deploy nothing are not followed; whatever might is. */
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/tools/index.ts';
import { isInert } from '../../src/parsers/shell/inert.ts';
import { indexLines } from '../../src/core/site.ts';
import { read } from '../../src/parsers/shell/read.ts';

const inert = (text: string): boolean =>
  isInert(read({ file: 'a.sh', text, lines: indexLines('a.sh', text) }), COMMANDS);

it.each([
  'echo "docker push app:latest"',
  'set -e\nfor f in src/*.ts; do eslint "$f" || exit 1; done',
  'make_key() { openssl genrsa -out "$1" 2048 > /dev/null 2>&1; }\nmake_key a.pem',
  'n=$(git rev-parse HEAD | cut -c1-7)\n[[ -n $n ]] && printf "%s" "$n" >&2',
  'cat <<EOF\ndocker push app:latest\nEOF',
  'pytest -q; terraform_docs .',
  'i=0\nwhile [ "$i" -lt 30 ]; do\n  if curl -fsS "$url/healthz" > /dev/null; then exit 0; fi\n  i=$((i + 1)); sleep 1\ndone\nexit 1',
  'curl -s -o /dev/null -w "%{http_code}" http://localhost:8080/',
  'wget -q --spider "http://$HOST/api/ready"',
])('%j can do nothing', (text) => {
  expect(inert(text)).toBe(true);
});

it.each([
  'docker push app:latest',
  '$TOOL push app:latest',
  '"${CMD[@]}"',
  './deploy.sh',
  'bash deploy.sh',
  '. ./lib.sh',
  'eval "$X"',
  'trap "docker push x" EXIT',
  'x=$(aws sts get-caller-identity)',
  'if ! terraform apply; then exit 1; fi',
  'push() { docker push x; }\npush',
  'echo "tag=1" >> "$GITHUB_OUTPUT"',
  'cat <<EOF\n$(cdk deploy)\nEOF',
  'x=${Y:-$(npm run deploy)}',
  'a=([k]=$(make push))',
  'diff <(docker buildx build .) b',
  '[[ $(aws ecr describe-images) == x ]]',
  'find . -name "*.sh" -exec bash {} \\;',
  'xargs docker push < list',
  '(sudo docker push x) &',
  'case $(make tag) in a) ;; esac',
  'command docker push x',
  'curl "https://api.example.com/deploy/srv-1?key=$KEY"',
  'curl -X POST "$URL/health"',
  'curl -fsd @body.json http://localhost:8080/deploy',
  'curl --request=PUT "$URL/status"',
])('%j might do something', (text) => {
  expect(inert(text)).toBe(false);
});
