/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-scope.h"

G_BEGIN_DECLS

/* Whether something happened to @scope: to it, or to what is in it. Of a host also what happened
 * to its VMs. */
gboolean muri_scope_has_event (MuriScope *scope, MuriEvent *event);
gboolean muri_scope_has_operation (MuriScope *scope, MuriOperation *operation);

G_END_DECLS
