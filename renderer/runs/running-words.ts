/** The same words wherever running commands is switched on. */
export const switchOnText =
  'Then you can run the commands of these runbooks here, with your rights. Each is shown first, exactly as it will run; nothing runs by itself, and nothing because a file says so. Kept on this computer only, not in the file that a team may share.';
