/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-chunk-map.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * HttpTemplate: the open files of a template that the agent offers.
 * @image_fd: the image, or what is there of it
 * @map_fd, @facts_fd, @description_fd: -1: there is none
 * @size: of the whole image; 0: not known
 * @n_chunks: of its map; 0: there is none
 * @served: how often each chunk was sent
 *
 * Its files may be read in any thread.
 */
typedef struct
{
  gatomicrefcount references;
  muri_v1_Uuid id;
  int image_fd;
  int map_fd;
  int facts_fd;
  int description_fd;
  gboolean complete;
  guint64 size;
  guint n_chunks;
  guint16 *served;
} HttpTemplate;

HttpTemplate *http_template_ref (HttpTemplate *template);
void http_template_unref (HttpTemplate *template);

/* For worker threads. All of a file; NULL: it is longer than @most, or cannot be read. */
GBytes *http_template_read_file (int fd, gsize most);
/* FALSE: not all of it is there. */
gboolean
http_template_read_image (HttpTemplate *template, guint64 offset, guint8 *data, gsize length);
AgentChunkState http_template_get_state (HttpTemplate *template, guint chunk);

/**
 * HttpReceiving: a file that somebody may send.
 */
typedef struct
{
  gatomicrefcount references;
  muri_v1_Uuid id;
  int fd;
  guint64 size;
  guint64 received;
  gboolean busy;
} HttpReceiving;

HttpReceiving *http_receiving_ref (HttpReceiving *receiving);
void http_receiving_unref (HttpReceiving *receiving);

/**
 * HttpFiles: what the agent on the other end of the channel lets this program have.
 */
typedef struct _HttpFiles HttpFiles;

/* @template: NULL: there is no such template, or the agent does not answer. */
typedef void (*HttpFilesFunc) (HttpTemplate *template, gpointer user_data);

/* Takes @fd. @ready is called when all is known that was announced before. */
HttpFiles *http_files_new (int fd, GSourceFunc ready, gpointer user_data);
void http_files_free (HttpFiles *files);

/* May call back at once. */
void
http_files_get (HttpFiles *files, const muri_v1_Uuid *id, HttpFilesFunc func, gpointer user_data);

/* NULL: nobody announced it. */
HttpReceiving *http_files_find_receiving (HttpFiles *files, const muri_v1_Uuid *id);
void http_files_say_received (HttpFiles *files, HttpReceiving *receiving);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpTemplate, http_template_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpReceiving, http_receiving_unref)

G_END_DECLS
