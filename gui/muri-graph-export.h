/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-graph-picture.h"

G_BEGIN_DECLS

typedef enum
{
  MURI_GRAPH_PNG,
  MURI_GRAPH_SVG,
  MURI_GRAPH_PDF,
  MURI_GRAPH_CSV,
  MURI_GRAPH_N_FORMATS
} MuriGraphFormat;

/* "png", "svg", "pdf", "csv". */
const char *muri_graph_format_to_name (MuriGraphFormat format);
gboolean muri_graph_format_from_name (const char *name, MuriGraphFormat *format);

/* The picture with its title, its time and a legend, on white. @width and @height in pixels (of
 * PNG at twice the resolution) or in points. Any thread. */
GBytes *muri_graph_export (MuriGraphPicture *picture, MuriGraphFormat format, int width, int height,
                           GError **error);

/* On a thread of its own: draws @picture, which is not changed meanwhile, and writes the file.
 * @picture: (transfer full). The result's source is @file. */
void muri_graph_export_async (MuriGraphPicture *picture, MuriGraphFormat format, int width,
                              int height, GFile *file, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean muri_graph_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
