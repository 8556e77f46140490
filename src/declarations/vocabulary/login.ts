/** The variables of address and login that every snippet reads. */
export const loginVariables = ['DB_HOST', 'DB_PORT', 'DB_USERNAME', 'DB_PASSWORD', 'DB_DATABASE'] as const;
