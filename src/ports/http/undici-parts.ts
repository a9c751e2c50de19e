/**
 * What is used of undici. It is CommonJS: imported late by itself, a bundle would hide its names.
 */
export { Agent, Client } from 'undici';
