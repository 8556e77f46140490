/** `prometheus://`, or with TLS `prometheus+https://`. */
export const urlStart = /^prometheus(?:\+(https?))?:\/\//i;

export const isPrometheusUrl = (text: string): boolean => urlStart.test(text);
