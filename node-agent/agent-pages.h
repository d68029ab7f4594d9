/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets go of the code that only starting needed; what is used again comes back by itself. Returns
 * the bytes of address space that were looked at. Reads a file of the kernel's: at leisure. */
gsize agent_pages_forget (void);

G_END_DECLS
