/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgentImageInfo: what a disk image says of itself.
 * @size: bytes, virtual
 * @needed: bytes of a file of format qcow2 that has the same in it; 0 unknown
 */
typedef struct
{
  guint64 size;
  guint64 needed;
} AgentImageInfo;

/* Whether images of @format are taken at all: qcow2, raw, vmdk, vhdx. */
gboolean agent_image_knows (const char *format);

/**
 * Looks into an image that others have made, without ever following what it names: its first
 * bytes first, then by qemu-img with little rights. Refused are images that read other files,
 * are encrypted, larger than @size_max bytes, damaged or cut off. Blocks.
 */
gboolean agent_image_check (const char *path, const char *format, guint64 size_max,
                            GCancellable *cancellable, AgentImageInfo *info, GError **error);

/* Size and need of one of our own, which may read others. Blocks. */
gboolean agent_image_measure (const char *path, const char *format, GCancellable *cancellable,
                              AgentImageInfo *info, GError **error);

/* What agent_image_check() reads by itself. */
gboolean
agent_image_check_head (const char *path, const char *format, guint64 size_max, GError **error);

typedef void (*AgentImageProgress) (guint percent, gpointer user_data);

/**
 * Copies what is in an image into @target, which is made anew, of format qcow2, sparse, and reads
 * no other. Blocks.
 * @chain: @path is our own, and may read others
 * @size_max: bytes that @target may take
 */
gboolean agent_image_convert (const char *path, const char *format, gboolean chain,
                              const char *target, guint64 size_max, GCancellable *cancellable,
                              AgentImageProgress progress, gpointer user_data, GError **error);

/* An empty one. */
gboolean
agent_image_create (const char *target, guint64 size, GCancellable *cancellable, GError **error);

G_END_DECLS
