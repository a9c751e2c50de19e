/**
 * The used parts of undici. It is CommonJS: in a bundle, a direct late import would hide its names.
 */
export { Agent, Client } from 'undici';
