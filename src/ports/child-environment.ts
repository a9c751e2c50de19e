/**
 * The environment that a child process gets from this one. Git runs hooks and credential helpers,
 * ffmpeg and notify commands are programs of the user's machine: none of them needs a gateway's
 * key, so variables are listed by what a program needs, not by what is secret.
 */

/** In upper case: Windows knows no difference. */
const NEEDED: ReadonlySet<string> = new Set([
  // Where programs, homes and temporary files are.
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'PWD',
  'TMPDIR',
  'TMP',
  'TEMP',
  // Windows.
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'PROGRAMW6432',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'MSYSTEM',
  // Language and terminal.
  'LANG',
  'LANGUAGE',
  'TZ',
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  // How git reaches a remote: agents hold keys, they are not keys.
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'SSH_ASKPASS',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'DBUS_SESSION_BUS_ADDRESS',
  'GNUPGHOME',
  'GPG_TTY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
]);
/** Git's own settings, locales, and where a desktop keeps its files. */
const NEEDED_GROUPS = /^(?:GIT_|LC_|XDG_)/;

/** The environment for a child process: never holds a key of a gateway, a store or a registry. */
export const childEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => {
      const upper = name.toUpperCase();
      return NEEDED.has(upper) || NEEDED_GROUPS.test(upper);
    }),
  );
