/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-history-log.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muri-segment.h"
#include "muri-uuid.h"

#define FILE_MODE 0644

/* ---- opening ---- */

static void
take_chunk (const muri_v1_Uuid *object, MuriChunk *chunk, gpointer user_data)
{
  AgentHistoryLog *log = user_data;
  const gint64 slots = agent_history_tier (AGENT_HISTORY_LOG)->slots;
  guint n_columns;
  const MuriChunkColumn *columns = muri_chunk_get_columns (chunk, &n_columns);
  for (guint i = 0; i < n_columns; i++)
    for (guint slot = 0; slot < muri_chunk_get_slots (chunk); slot++)
      {
        gint64 at = muri_chunk_get_start (chunk) + slot - log->start;
        if (columns[i].known[slot] > 0 && at >= 0 && at < slots)
          log->taken[at] = TRUE;
      }
}

/* Where the clock was set back there may be a segment of this span already. */
static void
take_segment (AgentHistoryLog *log, AgentHistoryFiles *files)
{
  g_autoptr (GBytes) bytes =
      agent_history_files_read (files, AGENT_HISTORY_SECONDS, log->start, NULL);
  gsize length = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  g_autoptr (MuriSegment) segment = data != NULL ? muri_segment_parse (data, length, NULL) : NULL;
  for (guint i = 0; segment != NULL && i < segment->entries->len; i++)
    {
      const MuriSegmentEntry *entry = &g_array_index (segment->entries, MuriSegmentEntry, i);
      g_autoptr (MuriChunk) chunk = NULL;
      if ((gsize)entry->offset + entry->length <= length)
        chunk = muri_chunk_decode (data + entry->offset, entry->length, NULL);
      if (chunk != NULL)
        take_chunk (&entry->object, chunk, log);
    }
}

static gboolean
open_file (AgentHistoryLog *log, AgentHistoryFiles *files, const char *name, GError **error)
{
  struct stat st;
  log->fd =
      openat (files->fd, name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
  if (log->fd < 0 || fstat (log->fd, &st) != 0)
    return agent_history_fail (error, "cannot open", name);
  fchmod (log->fd, FILE_MODE);
  log->size = st.st_size;
  return TRUE;
}

/* What is there of it. Empty: what there was made no sense. */
static gboolean
read_file (AgentHistoryLog *log, AgentHistoryFiles *files, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = agent_history_files_read (files, AGENT_HISTORY_LOG, log->start, error);
  gsize length, right;
  gconstpointer data;
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  right = muri_segment_read_log (data, length, take_chunk, log);
  if (right == 0 && length >= MURI_SEGMENT_HEADER)
    {
      agent_history_files_set_aside (files, AGENT_HISTORY_LOG, log->start);
      close (log->fd);
      return open_file (log, files, name, error);
    }
  if (right == length)
    return TRUE;
  g_message ("History: the last %" G_GSIZE_FORMAT " bytes of \"%s\" were not written whole",
             length - right, name);
  if (ftruncate (log->fd, right) != 0)
    return agent_history_fail (error, "cannot shorten", name);
  log->size = right;
  return TRUE;
}

AgentHistoryLog *
agent_history_log_open (AgentHistoryFiles *files, gint64 start, GError **error)
{
  g_autoptr (AgentHistoryLog) log = g_new0 (AgentHistoryLog, 1);
  char name[MURI_SEGMENT_NAME];
  agent_history_name (AGENT_HISTORY_LOG, start, name);
  log->start = start;
  log->taken = g_new0 (guint8, agent_history_tier (AGENT_HISTORY_LOG)->slots);
  if (!open_file (log, files, name, error)
      || (log->size > 0 && !read_file (log, files, name, error)))
    return NULL;
  take_segment (log, files);
  agent_history_files_note (files, AGENT_HISTORY_LOG, start, log->size);
  return g_steal_pointer (&log);
}

void
agent_history_log_close (AgentHistoryLog *log)
{
  if (log->fd >= 0)
    close (log->fd);
  g_free (log->taken);
  g_free (log);
}

/* ---- appending ---- */

/* Rows that follow one another, by object in the order that they came in. */
typedef struct
{
  gint64 first;
  guint slots;
  GArray *objects;     /* muri_v1_Uuid */
  GPtrArray *builders; /* MuriChunkBuilder, of these */
  GHashTable *index;   /* muri_v1_Uuid -> its index + 1 */
} Run;

static void
run_clear (Run *run)
{
  g_array_unref (run->objects);
  g_ptr_array_unref (run->builders);
  g_hash_table_unref (run->index);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static void
run_init (Run *run, gint64 first, gint64 last)
{
  run->first = first;
  run->slots = last - first + 1;
  run->objects = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  run->builders = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_chunk_builder_free);
  run->index = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
}

static MuriChunkBuilder *
find_builder (Run *run, const muri_v1_Uuid *object)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (run->index, object));
  if (index == 0)
    {
      g_array_append_val (run->objects, *object);
      g_ptr_array_add (run->builders, muri_chunk_builder_new (1, run->first, run->slots));
      index = run->builders->len;
      g_hash_table_insert (run->index, g_memdup2 (object, sizeof *object),
                           GUINT_TO_POINTER (index));
    }
  return g_ptr_array_index (run->builders, index - 1);
}

static gboolean
run_add_object (Run *run, gint64 second, const muri_v1_Uuid *object, const float *values, guint n)
{
  for (guint i = 0; i < n; i++)
    if (isfinite (values[i]))
      return muri_chunk_builder_add_values (find_builder (run, object), second - run->first, values,
                                            n);
  return FALSE;
}

/* FALSE: nothing of it is known. */
static gboolean
run_add (Run *run, const AgentHistoryRow *row)
{
  static const muri_v1_Uuid itself;
  float values[MURI_N_FIGURES];
  gboolean known;
  muri_figures_read_node (&row->host, values);
  known = run_add_object (run, row->second, &itself, values, MURI_N_FIGURES);
  for (guint i = 0; i < row->n_vms; i++)
    {
      muri_figures_read_vm (&row->vms[i], values);
      if (run_add_object (run, row->second, &row->vms[i].vm, values, MURI_N_VM_FIGURES))
        known = TRUE;
    }
  return known;
}

static void
run_encode (Run *run, GByteArray *data)
{
  for (guint i = 0; i < run->builders->len; i++)
    {
      g_autoptr (GBytes) chunk =
          muri_chunk_builder_encode (g_ptr_array_index (run->builders, i), FALSE);
      muri_segment_append_log (data, &g_array_index (run->objects, muri_v1_Uuid, i), chunk);
    }
}

static void
put_head (GByteArray *data, gint64 start)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (MuriSegmentEntry));
  const MuriSegment segment = { .log = TRUE, .step = 1, .start = start, .entries = entries };
  g_autoptr (GBytes) head = muri_segment_build_head (&segment);
  g_byte_array_append (data, g_bytes_get_data (head, NULL), g_bytes_get_size (head));
}

static gboolean
write_out (AgentHistoryLog *log, AgentHistoryFiles *files, GByteArray *data)
{
  for (gsize done = 0; done < data->len;)
    {
      gssize n = write (log->fd, data->data + done, data->len - done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      done += n;
    }
  return fdatasync (log->fd) == 0 && (log->size > 0 || fsync (files->fd) == 0);
}

/* All of it or nothing: a part would keep the rest of the same seconds out. */
static gboolean
extend (AgentHistoryLog *log, AgentHistoryFiles *files, GByteArray *data, GError **error)
{
  char name[MURI_SEGMENT_NAME];
  agent_history_name (AGENT_HISTORY_LOG, log->start, name);
  if (data->len == 0)
    return TRUE;
  if (!write_out (log, files, data))
    {
      agent_history_fail (error, "cannot write", name);
      if (ftruncate (log->fd, log->size) != 0)
        g_debug ("\"%s\" cannot be shortened: %s", name, g_strerror (errno));
      return FALSE;
    }
  log->size += data->len;
  agent_history_files_note (files, AGENT_HISTORY_LOG, log->start, log->size);
  return TRUE;
}

gboolean
agent_history_log_append (AgentHistoryLog *log, AgentHistoryFiles *files,
                          const AgentHistoryRow *rows, guint n_rows, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint i = 0;
  if (log->size == 0)
    put_head (data, log->start);
  while (i < n_rows)
    {
      g_auto (Run) run = { 0 };
      guint end = i + 1;
      while (end < n_rows && rows[end].second > rows[end - 1].second)
        end++;
      run_init (&run, rows[i].second, rows[end - 1].second);
      for (; i < end; i++)
        {
          guint8 *taken = &log->taken[rows[i].second - log->start];
          if (!*taken)
            *taken = run_add (&run, &rows[i]);
        }
      run_encode (&run, data);
    }
  return extend (log, files, data, error);
}
