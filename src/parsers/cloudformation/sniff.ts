/** Cheap enough for every YAML and JSON file of a project; loads no parser. */

/** Has the text a `Resources` section with a resource type of AWS's? */
export function looksLikeTemplate(text: string): boolean {
  return (
    text.includes('AWS::') &&
    /(?:^|["'{,\s])Resources["']?\s*:/.test(text) &&
    /["']?Type["']?\s*:\s*["']?AWS::\w+::\w/.test(text)
  );
}
