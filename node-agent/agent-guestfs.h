/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in the file system of an image, by libguestfs's programs: they mount it in a small VM of
 * their own, so that no kernel and no program of this host reads what others have made. All of
 * these block, one at a time, since each needs as much memory as a small VM. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether there is virt-sysprep. */
gboolean agent_guestfs_can_empty (void);

/**
 * Whether an image is generalised; it is only read.
 * @directory: where the programs keep what they need, and nothing else is kept
 * @note: (out): what else there is to say, or why that is not known; or ""
 * Returns: MURI_GENERALISED_*; _UNKNOWN also when it was cancelled
 */
guint agent_guestfs_look (const char *path, const char *format, const char *directory,
                          GCancellable *cancellable, char **note);

/* Empties in an image of format qcow2 what must not be the same in clones; nothing of its users'.
 * Cut off, it is to be thrown away. */
gboolean agent_guestfs_empty (const char *path, const char *directory, GCancellable *cancellable,
                              GError **error);

/* What follows from what guestfish has said. */
guint agent_guestfs_judge (const char *said, char **note);

G_END_DECLS
