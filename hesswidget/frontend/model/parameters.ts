/** What a parameter is set to, as the page and Python tell each other. */
export type ParameterValue = number | boolean | string;

export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A text that two settings of the same parameters share if they are the same. */
export function parameterKey(values: ParameterValues): string {
  return JSON.stringify(values);
}
