/** How the keyboard of this system names the key that begins a shortcut. */
export const modKey = /^Mac/.test(navigator.platform) ? '⌘' : 'Ctrl';
