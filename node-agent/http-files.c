/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-files.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent-channel.h"
#include "muri-uuid.h"

/* Templates whose files stay open, and how many of their files lie in this program at most. */
#define KEPT_MAX 32

/* Seconds until the agent must have answered. */
#define ANSWER_MAX 10

typedef struct
{
  HttpFilesFunc func;
  gpointer user_data;
} Caller;

/* A question to the agent. */
typedef struct
{
  HttpFiles *files;
  muri_v1_Uuid id;
  GArray *callers;
  gboolean stale; /* things changed after it was asked */
  guint timeout;
} Question;

struct _HttpFiles
{
  AgentChannel *channel;
  GSourceFunc ready;
  gpointer user_data;
  GHashTable *templates; /* &HttpTemplate.id -> HttpTemplate */
  GHashTable *questions; /* &Question.id -> Question */
  GHashTable *receiving; /* &HttpReceiving.id -> HttpReceiving */
};

/* ---- what the agent offers ---- */

static int
take_fd (const char *letters, char letter, int *fds, guint n_fds)
{
  const char *found = strchr (letters, letter);
  int fd = -1;
  if (found != NULL && (guint)(found - letters) < n_fds)
    {
      fd = fds[found - letters];
      fds[found - letters] = -1;
    }
  return fd;
}

/* A partial image that its map does not describe yet is not there. */
static void
measure (HttpTemplate *template)
{
  guint8 head[AGENT_CHUNK_MAP_HEAD];
  goffset size = lseek (template->image_fd, 0, SEEK_END);
  if (template->map_fd >= 0 && pread (template->map_fd, head, sizeof head, 0) == sizeof head)
    template->n_chunks = agent_chunk_map_parse_head (head, sizeof head, &template->size);
  if (template->n_chunks > 0 && (guint64)MAX (size, 0) == template->size)
    template->served = g_new0 (guint16, template->n_chunks);
  else
    {
      template->n_chunks = 0;
      template->size = template->complete ? MAX (size, 0) : 0;
    }
}

static HttpTemplate *
take_template (const muri_v1_Uuid *id, const char *letters, int *fds, guint n_fds)
{
  HttpTemplate *template;
  gboolean complete = strchr (letters, 'i') != NULL;
  int image = take_fd (letters, complete ? 'i' : 'p', fds, n_fds);
  if (image < 0)
    return NULL;
  template = g_new0 (HttpTemplate, 1);
  g_atomic_ref_count_init (&template->references);
  template->id = *id;
  template->complete = complete;
  template->image_fd = image;
  template->map_fd = take_fd (letters, 'm', fds, n_fds);
  template->facts_fd = take_fd (letters, 'f', fds, n_fds);
  template->description_fd = take_fd (letters, 'd', fds, n_fds);
  measure (template);
  return template;
}

/* ---- questions ---- */

static void
question_free (gpointer data)
{
  Question *question = data;
  g_clear_handle_id (&question->timeout, g_source_remove);
  g_array_unref (question->callers);
  g_free (question);
}

static void
finish (HttpFiles *files, Question *question, HttpTemplate *template)
{
  g_autoptr (GArray) callers = g_array_ref (question->callers);
  g_hash_table_remove (files->questions, &question->id);
  for (guint i = 0; i < callers->len; i++)
    {
      Caller *caller = &g_array_index (callers, Caller, i);
      caller->func (template, caller->user_data);
    }
}

static gboolean
on_no_answer (gpointer user_data)
{
  Question *question = user_data;
  question->timeout = 0;
  finish (question->files, question, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_offer (HttpFiles *files, const muri_v1_Uuid *id, const char *letters, int *fds, guint n_fds)
{
  Question *question = g_hash_table_lookup (files->questions, id);
  HttpTemplate *template;
  if (question == NULL)
    return;
  template = take_template (id, letters, fds, n_fds);

  /* What is being made may get its facts at any time. */
  if (template != NULL && !question->stale && template->n_chunks > 0)
    {
      if (g_hash_table_size (files->templates) >= KEPT_MAX)
        g_hash_table_remove_all (files->templates);
      g_hash_table_replace (files->templates, &template->id, http_template_ref (template));
    }
  finish (files, question, template);
  g_clear_pointer (&template, http_template_unref);
}

static Question *
ask (HttpFiles *files, const muri_v1_Uuid *id)
{
  Question *question = g_new0 (Question, 1);
  char text[MURI_UUID_TEXT];
  g_autofree char *words = g_strconcat ("get ", muri_uuid_format (id, text), NULL);
  question->files = files;
  question->id = *id;
  question->callers = g_array_new (FALSE, FALSE, sizeof (Caller));
  question->timeout = g_timeout_add_seconds (ANSWER_MAX, on_no_answer, question);
  g_hash_table_insert (files->questions, &question->id, question);
  agent_channel_send (files->channel, words, NULL, 0);
  return question;
}

void
http_files_get (HttpFiles *files, const muri_v1_Uuid *id, HttpFilesFunc func, gpointer user_data)
{
  const Caller caller = { func, user_data };
  HttpTemplate *template = g_hash_table_lookup (files->templates, id);
  Question *question = g_hash_table_lookup (files->questions, id);
  if (template != NULL)
    {
      func (template, user_data);
      return;
    }
  if (question == NULL)
    question = ask (files, id);
  g_array_append_val (question->callers, caller);
}

/* ---- what may be sent ---- */

static void
on_announced (HttpFiles *files, const muri_v1_Uuid *id, const char *size, int *fds, guint n_fds)
{
  HttpReceiving *receiving;
  guint64 bytes;
  struct stat st;
  if (n_fds != 1 || fstat (fds[0], &st) != 0
      || !g_ascii_string_to_unsigned (size, 10, 1, G_MAXINT64, &bytes, NULL))
    return;
  receiving = g_new0 (HttpReceiving, 1);
  g_atomic_ref_count_init (&receiving->references);
  receiving->id = *id;
  receiving->size = bytes;
  receiving->received = MIN ((guint64)st.st_size, bytes);
  receiving->fd = fds[0];
  fds[0] = -1;
  g_hash_table_replace (files->receiving, &receiving->id, receiving);
}

HttpReceiving *
http_files_find_receiving (HttpFiles *files, const muri_v1_Uuid *id)
{
  return g_hash_table_lookup (files->receiving, id);
}

void
http_files_say_received (HttpFiles *files, HttpReceiving *receiving)
{
  char text[MURI_UUID_TEXT];
  g_autofree char *words =
      g_strdup_printf ("received %s %" G_GUINT64_FORMAT, muri_uuid_format (&receiving->id, text),
                       receiving->received);
  agent_channel_send (files->channel, words, NULL, 0);
}

/* ---- the channel ---- */

static void
forget (HttpFiles *files, const muri_v1_Uuid *id)
{
  Question *question = g_hash_table_lookup (files->questions, id);
  if (question != NULL)
    question->stale = TRUE;
  g_hash_table_remove (files->templates, id);
  g_hash_table_remove (files->receiving, id);
}

static void
on_words (AgentChannel *channel, const char *text, int *fds, guint n_fds, gpointer user_data)
{
  HttpFiles *files = user_data;
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", 3);
  muri_v1_Uuid id;
  if (g_strcmp0 (words[0], "ready") == 0)
    files->ready (files->user_data);
  else if (g_strv_length (words) < 2 || !muri_uuid_parse (words[1], &id))
    return;
  else if (strcmp (words[0], "forget") == 0)
    forget (files, &id);
  else if (strcmp (words[0], "offer") == 0 && words[2] != NULL)
    on_offer (files, &id, words[2], fds, n_fds);
  else if (strcmp (words[0], "announce") == 0 && words[2] != NULL)
    on_announced (files, &id, words[2], fds, n_fds);
}

HttpFiles *
http_files_new (int fd, GSourceFunc ready, gpointer user_data)
{
  HttpFiles *files = g_new0 (HttpFiles, 1);
  files->ready = ready;
  files->user_data = user_data;
  files->templates = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL,
                                            (GDestroyNotify)http_template_unref);
  files->questions = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, question_free);
  files->receiving = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL,
                                            (GDestroyNotify)http_receiving_unref);
  files->channel = agent_channel_new (fd, on_words, files);
  return files;
}

void
http_files_free (HttpFiles *files)
{
  agent_channel_free (files->channel);
  g_hash_table_unref (files->questions);
  g_hash_table_unref (files->templates);
  g_hash_table_unref (files->receiving);
  g_free (files);
}
