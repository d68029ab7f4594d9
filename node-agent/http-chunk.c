/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-chunk.h"

#include "agent-extents.h"
#include "http-sender.h"
#include "http-templates.h"

typedef struct
{
  HttpService *service;
  HttpAnswer *answer;
  HttpTemplate *template;
  guint chunks[HTTP_CHUNKS_MAX]; /* the best one first */
  guint n_chunks;
  guint chosen;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;
  http_answer_unref (search->answer);
  http_template_unref (search->template);
  g_free (search);
}

static gboolean
parse (Search *search, const char *names)
{
  g_auto (GStrv) parts = g_strsplit (names, ",", HTTP_CHUNKS_MAX + 1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint64 chunk;
      if (i >= HTTP_CHUNKS_MAX || search->template->n_chunks == 0
          || !g_ascii_string_to_unsigned (parts[i], 10, 0, search->template->n_chunks - 1, &chunk,
                                          NULL))
        return FALSE;
      search->chunks[search->n_chunks++] = chunk;
    }
  return search->n_chunks > 0;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const guint16 *served = user_data;
  return (int)served[*(const guint *)a] - (int)served[*(const guint *)b];
}

static void
count (HttpTemplate *template, guint chunk, int by)
{
  template->served[chunk] = (guint16)CLAMP ((int)template->served[chunk] + by, 0, G_MAXUINT16);
}

/* ---- in a worker ---- */

static GBytes *
pack (HttpTemplate *template, guint chunk)
{
  guint64 offset = (guint64)chunk * AGENT_CHUNK_SIZE;
  gsize length = MIN (AGENT_CHUNK_SIZE, template->size - offset);
  g_autofree guint8 *data = g_malloc (length);
  if (!http_template_read_image (template, offset, data, length))
    return NULL;
  return agent_extents_pack (data, length);
}

static void
pack_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Search *search = task_data;
  GBytes *packed = NULL;
  for (guint i = 0; i < search->n_chunks && packed == NULL; i++)
    {
      search->chosen = search->chunks[i];
      if (http_template_get_state (search->template, search->chosen) != AGENT_CHUNK_ABSENT)
        packed = pack (search->template, search->chosen);
    }
  g_task_return_pointer (task, packed, (GDestroyNotify)g_bytes_unref);
}

/* ---- */

static void
on_packed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Search *search = g_task_get_task_data (G_TASK (result));
  g_autoptr (GBytes) packed = g_task_propagate_pointer (G_TASK (result), NULL);
  HttpAnswer *answer = search->answer;
  g_autofree char *chosen = g_strdup_printf ("%u", search->chosen);
  if (packed == NULL)
    {
      count (search->template, search->chunks[0], -1);
      http_answer_status (answer, SOUP_STATUS_NOT_FOUND);
      return;
    }
  if (search->chosen != search->chunks[0])
    {
      count (search->template, search->chunks[0], -1);
      count (search->template, search->chosen, 1);
    }
  if (answer->over)
    return;
  http_answer_set_header (answer, HTTP_HEADER_CHUNK, chosen);
  http_answer_set_header (answer, "Content-Type", "application/octet-stream");
  soup_server_message_set_status (answer->message, SOUP_STATUS_OK, NULL);
  http_sender_send_bytes (search->service, answer, packed);
}

void
http_chunk_answer (HttpService *service, HttpAnswer *answer, HttpTemplate *template,
                   const char *names)
{
  Search *search = g_new0 (Search, 1);
  search->service = service;
  search->answer = http_answer_ref (answer);
  search->template = http_template_ref (template);
  soup_message_headers_remove (soup_server_message_get_request_headers (answer->message), "Range");
  if (!parse (search, names))
    {
      http_answer_status (answer, SOUP_STATUS_NOT_FOUND);
      search_free (search);
      return;
    }
  g_qsort_with_data (search->chunks, search->n_chunks, sizeof *search->chunks, compare,
                     template->served);

  /* Counted at once: others ask in the same moment. */
  count (template, search->chunks[0], 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_packed, NULL);
  g_task_set_task_data (task, search, search_free);
  g_task_run_in_thread (task, pack_in_thread);
}
