/** The seed of every installation: what differs between two is the day, and the passwords. */
export const SEED = 'halden';
