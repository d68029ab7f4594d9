#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# newer-idl.sh IDL OUT: the IDL as a later minor version might have it, with members appended.
set -eu
sed '/^  struct Node {/,/^  };/ s/^  };/    string<63> newer_text;\n    sequence<Uuid, 4> newer_list;\n  };/' "$1" > "$2"
grep -q newer_list "$2"
