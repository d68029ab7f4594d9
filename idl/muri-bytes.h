/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers in files: little-endian, at any address. */
guint16 muri_bytes_get16 (const guint8 *data);
guint32 muri_bytes_get32 (const guint8 *data);
guint64 muri_bytes_get64 (const guint8 *data);
void muri_bytes_put16 (guint8 *data, guint16 value);
void muri_bytes_put32 (guint8 *data, guint32 value);
void muri_bytes_put64 (guint8 *data, guint64 value);

guint32 muri_bytes_checksum (guint32 before, const guint8 *data, gsize length);

G_END_DECLS
