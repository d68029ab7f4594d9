/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libsoup/soup.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "agent-fixture.h"
#include "history-fixture.h"
#include "muri-figures.h"
#include "muri-segment-list.h"
#include "muri-segment.h"

/* The begin of a span of every tier. */
#define DAY G_GINT64_CONSTANT (1700006400)
#define MIB (1024 * 1024)
#define NODE "3d8a50c1-7c2e-4a55-9d3e-1f60b1a2c3d4"

/* Of the program. */
#define CALLERS_OF_HOST_MAX 16

#define DEADLINE 60

/* ---- the program by itself ---- */

typedef struct
{
  const char *directory;
  GSocket *socket;
  guint16 port;
  GSubprocess *program;
} Served;

static void
start_program (Served *served, const char *idle)
{
  g_autofree char *folder = g_path_get_dirname (g_getenv ("MURI_TEST_AGENT"));
  g_autofree char *path = g_build_filename (folder, "muri-agent-http", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);

  /* A sanitizer looks for leaks in /proc, which it cannot see from in there. */
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "detect_leaks=0", TRUE);
  g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (served->socket)), 3);
  served->program =
      g_subprocess_launcher_spawn (launcher, &error, path, "--directory", served->directory,
                                   "--node", NODE, "--idle", idle, NULL);
  g_assert_no_error (error);
}

static void
serve (Served *served, const char *idle)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) given = NULL;
  g_autoptr (GError) error = NULL;
  served->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_socket_bind (served->socket, wanted, TRUE, &error);
  g_socket_set_listen_backlog (served->socket, 128);
  g_socket_listen (served->socket, &error);
  g_assert_no_error (error);
  given = g_socket_get_local_address (served->socket, NULL);
  served->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (given));
  start_program (served, idle);
}

static void
fill (const char *directory, guint n_rows, guint n_vms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentHistoryRing) ring = agent_history_ring_open (directory, 64 * MIB, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_rows; i += 10)
    {
      AgentHistoryRow *rows = history_rows (DAY + i, 10, n_vms, 1);
      agent_history_ring_append (ring, rows, 10, &error);
      g_assert_no_error (error);
      history_rows_free (rows, 10);
    }
}

static void
set_up (Served *served, gconstpointer data)
{
  served->directory = muri_test_directory ("history");
  fill (served->directory, 620, 3);
  serve (served, "60");
}

static void
tear_down (Served *served, gconstpointer data)
{
  g_subprocess_force_exit (served->program);
  g_subprocess_wait (served->program, NULL, NULL);
  g_object_unref (served->program);
  g_object_unref (served->socket);
}

/* ---- asking ---- */

static SoupMessage *
ask (guint16 port, const char *method, const char *path, const char *header, const char *value,
     GBytes **body)
{
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u%s", port, path);
  g_autoptr (SoupSession) session = soup_session_new_with_options ("timeout", DEADLINE, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  g_autoptr (GError) error = NULL;
  if (header != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), header, value);
  g_autoptr (GBytes) bytes = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  if (body != NULL)
    *body = g_steal_pointer (&bytes);
  return message;
}

static guint
status_of (guint16 port, const char *method, const char *path, const char *header,
           const char *value)
{
  g_autoptr (SoupMessage) message = ask (port, method, path, header, value, NULL);
  return soup_message_get_status (message);
}

static GBytes *
get (guint16 port, const char *path)
{
  GBytes *body = NULL;
  g_autoptr (SoupMessage) message = ask (port, "GET", path, NULL, NULL, &body);
  g_assert_cmpuint (soup_message_get_status (message), ==, SOUP_STATUS_OK);
  return body;
}

static MuriSegmentList *
get_list (guint16 port)
{
  g_autoptr (GBytes) body = get (port, "/v1/history");
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  MuriSegmentList *list = muri_segment_list_parse (text, length, &error);
  g_assert_no_error (error);
  return list;
}

static guint
count_segments (guint16 port)
{
  g_autoptr (MuriSegmentList) list = get_list (port);
  return list->segments->len;
}

/* What nobody's library would send. The answer's first line; empty: none. */
static char *
send_raw (guint16 port, const char *text, gsize length)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  char answer[64] = "";
  g_socket_client_set_timeout (client, DEADLINE);
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, length,
                             NULL, NULL, NULL);
  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                       sizeof answer - 1, NULL, NULL);
  answer[strcspn (answer, "\r\n")] = '\0';
  return g_strdup (answer);
}

static char *
send_path (guint16 port, const char *path)
{
  g_autofree char *text = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
  return send_raw (port, text, strlen (text));
}

/* ---- what it answers ---- */

static void
test_list (Served *served, gconstpointer data)
{
  g_autoptr (MuriSegmentList) list = get_list (served->port);
  gint64 newest = G_MAXINT64;
  gboolean seen_log = FALSE;

  g_assert_cmpstr (list->node, ==, NODE);
  g_assert_cmpint (ABS (list->time - g_get_real_time ()), <, DEADLINE * G_USEC_PER_SEC);
  g_assert_cmpuint (list->segments->len, ==, 5);
  for (guint i = 0; i < list->segments->len; i++)
    {
      const MuriSegmentInfo *info = &g_array_index (list->segments, MuriSegmentInfo, i);
      g_autofree char *path = g_strconcat ("/v1/history/", info->name, NULL);
      g_autoptr (GBytes) body = get (served->port, path);

      g_assert_cmpint (info->end, <=, newest);
      newest = info->end;
      g_assert_cmpuint (g_bytes_get_size (body), ==, info->size);
      g_assert_cmpint (info->end, ==,
                       info->log ? DAY + 620 : info->start + (info->step > 1 ? 600 : 300));
      g_assert_cmpuint (info->objects, ==, info->log ? 0 : 4);
      seen_log = seen_log || info->log;
    }
  g_assert_true (seen_log);
}

/* A reader that fetches the head and then one chunk. */
static void
test_range (Served *served, gconstpointer data)
{
  g_autofree char *path = g_strdup_printf ("/v1/history/10-%" G_GINT64_FORMAT, DAY);
  g_autoptr (GBytes) whole = get (served->port, path);
  g_autoptr (GBytes) head = NULL;
  g_autoptr (GBytes) part = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autoptr (SoupMessage) first = ask (served->port, "GET", path, "Range", "bytes=0-127", &head);
  const guint8 *bytes = g_bytes_get_data (head, &length);
  const muri_v1_Uuid vm = history_vm (2);

  g_assert_cmpuint (soup_message_get_status (first), ==, SOUP_STATUS_PARTIAL_CONTENT);
  g_assert_cmpuint (length, ==, 128);
  g_autoptr (MuriSegment) segment = muri_segment_parse (bytes, length, &error);
  g_assert_no_error (error);
  const MuriSegmentEntry *entry = muri_segment_find (segment, &vm);
  g_autofree char *range =
      g_strdup_printf ("bytes=%u-%u", entry->offset, entry->offset + entry->length - 1);
  g_autoptr (SoupMessage) second = ask (served->port, "GET", path, "Range", range, &part);
  g_autoptr (MuriChunk) chunk =
      muri_chunk_decode (g_bytes_get_data (part, NULL), g_bytes_get_size (part), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (muri_chunk_get_slots (chunk), ==, 60);
  g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part),
                   (const guint8 *)g_bytes_get_data (whole, NULL) + entry->offset, entry->length);
}

static void
test_tags (Served *served, gconstpointer data)
{
  g_autofree char *path = g_strdup_printf ("/v1/history/60-%" G_GINT64_FORMAT, DAY);
  g_autoptr (SoupMessage) first = ask (served->port, "GET", path, NULL, NULL, NULL);
  g_autofree char *tag =
      g_strdup (soup_message_headers_get_one (soup_message_get_response_headers (first), "ETag"));

  g_assert_nonnull (tag);
  g_assert_cmpuint (status_of (served->port, "GET", path, "If-None-Match", tag), ==, 304);
  g_assert_cmpuint (status_of (served->port, "HEAD", path, NULL, NULL), ==, 200);

  /* It goes on, and is another one. */
  fill (served->directory, 1300, 3);
  g_assert_cmpuint (status_of (served->port, "GET", path, "If-None-Match", tag), ==, 200);
  {
    g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u%s", served->port, path);
    g_autoptr (SoupSession) session = soup_session_new ();
    g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
    g_autoptr (GBytes) body = NULL;
    SoupMessageHeaders *headers = soup_message_get_request_headers (message);
    soup_message_headers_append (headers, "Range", "bytes=0-9");
    soup_message_headers_append (headers, "If-Range", tag);
    body = soup_session_send_and_read (session, message, NULL, NULL);
    g_assert_cmpuint (soup_message_get_status (message), ==, 200);
    g_assert_cmpuint (g_bytes_get_size (body), >, 10);
  }
}

static void
test_hostile_paths (Served *served, gconstpointer data)
{
  g_autofree char *outside = g_build_filename (served->directory, "..", "secret", NULL);
  g_autofree char *link = g_build_filename (served->directory, "10-1699920000", NULL);
  g_autofree char *long_path = g_strnfill (60000, 'a');
  g_autofree char *long_name = g_strconcat ("/v1/history/", long_path, NULL);
  const char *const paths[] = {
    "/",
    "/v1",
    "/v1/history/",
    "/v1/history//",

    "/v1/history/../secret",
    "/v1/history/..%2fsecret",
    "/v1/history/%2e%2e/secret",

    "/../../../../etc/passwd",
    "/v1/history/10-1700006400/",
    "/v1/history/10-01700006400",
    "/v1/history/10-1700006401",
    "/v1/history/10--1700006400",
    "/v1/history/10-1700006400%00",
    "/v1/history/new-10",
    "/v1/history/damaged-10-1700006400",
    "/v1/history/10-99999999999999999999",
    "//v1/history",
    "/v1/history/10-1699920000",
    long_name,
  };
  g_assert_true (g_file_set_contents (outside, "secret", -1, NULL));
  g_assert_cmpint (symlink (outside, link), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *answer = send_path (served->port, paths[i]);
      if (!g_str_has_prefix (answer, "HTTP/1.1 4"))
        g_error ("%.100s: %s", paths[i], answer);
    }
  unlink (link);
  g_assert_cmpuint (count_segments (served->port), ==, 5);
}

static void
test_hostile_requests (Served *served, gconstpointer data)
{
  g_autofree char *path = g_strdup_printf ("/v1/history/10-%" G_GINT64_FORMAT, DAY);
  g_autoptr (GString) ranges = g_string_new ("bytes=0-1");
  g_autoptr (GString) headers = g_string_new ("GET /v1/history HTTP/1.1\r\n");
  g_autofree guint8 *noise = g_malloc (100000);
  g_autofree char *answer = NULL;

  g_assert_cmpuint (status_of (served->port, "GET", path, "Range", "bytes=99999999999-"), ==, 416);
  g_assert_cmpuint (
      status_of (served->port, "GET", path, "Range", "bytes=0-99999999999999999999999"), <, 500);
  g_assert_cmpuint (status_of (served->port, "GET", path, "Range", "bytes=5-1"), <, 500);
  g_assert_cmpuint (status_of (served->port, "GET", path, "Range", "bytes=-"), <, 500);
  for (guint i = 0; i < 5000; i++)
    g_string_append (ranges, ",0-");
  g_assert_cmpuint (status_of (served->port, "GET", path, "Range", ranges->str), ==, 200);

  g_assert_cmpuint (status_of (served->port, "POST", path, NULL, NULL), ==, 405);
  g_assert_cmpuint (status_of (served->port, "DELETE", path, NULL, NULL), ==, 405);
  answer = send_raw (served->port, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                     strlen ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"));
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 4"));

  /* A body that never comes is not waited for. */
  g_free (answer);
  answer = send_raw (served->port,
                     "GET /v1/history HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
                     strlen ("GET /v1/history HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999"
                             "\r\n\r\n"));
  g_assert_false (g_str_has_prefix (answer, "HTTP/1.1 2"));

  /* Neither are headers without an end. */
  for (guint i = 0; i < 200000; i++)
    g_string_append (headers, "X-A: b\r\n");
  g_free (answer);
  answer = send_raw (served->port, headers->str, headers->len);
  g_assert_false (g_str_has_prefix (answer, "HTTP/1.1 2"));
  for (guint i = 0; i < 100000; i++)
    noise[i] = g_test_rand_int_range (0, 256);
  g_free (answer);
  answer = send_raw (served->port, (const char *)noise, 100000);
  g_assert_false (g_str_has_prefix (answer, "HTTP/1.1 2"));

  g_assert_cmpuint (count_segments (served->port), ==, 5);
}

static gboolean
is_closed (GSocketConnection *connection)
{
  char byte;
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GError) error = NULL;
  gssize n;
  g_socket_set_blocking (socket, FALSE);
  n = g_socket_receive (socket, &byte, 1, NULL, &error);
  return n == 0 || (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
}

/* Those beyond what it takes are closed at once; those who never ask, after a while; and then it
 * answers again. */
static void
test_crowd (Served *served, gconstpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_open = 0;

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (GError) error = NULL;
      GSocketConnection *connection =
          g_socket_client_connect_to_host (client, "127.0.0.1", served->port, NULL, &error);
      g_assert_no_error (error);

      /* So many files this test may not have. */
      if (i < 200)
        g_ptr_array_add (crowd, connection);
      else
        g_object_unref (connection);
    }
  for (guint i = CALLERS_OF_HOST_MAX; i < crowd->len; i++)
    muri_test_await (is_closed (g_ptr_array_index (crowd, i)), DEADLINE);
  for (guint i = 0; i < CALLERS_OF_HOST_MAX; i++)
    n_open += !is_closed (g_ptr_array_index (crowd, i));
  g_test_message ("%u stayed", n_open);
  for (guint i = 0; i < CALLERS_OF_HOST_MAX; i++)
    muri_test_await (is_closed (g_ptr_array_index (crowd, i)), DEADLINE);
  g_assert_cmpuint (count_segments (served->port), ==, 5);
}

/* What it may: nothing but read here. */
static void
test_rights (Served *served, gconstpointer data)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (served->program));
  g_autofree char *status = NULL;

  g_assert_cmpuint (count_segments (served->port), ==, 5);
  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  g_assert_nonnull (strstr (status, "\nNoNewPrivs:\t1\n"));
  if (geteuid () == 0)
    {
      g_assert_nonnull (strstr (status, "\nUid:\t65534\t65534\t65534\t65534\n"));
      g_assert_nonnull (strstr (status, "\nCapEff:\t0000000000000000\n"));
    }
}

/* It ends when nobody asks, and the next call is for whoever listens then. */
static void
test_idle (Served *served, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_subprocess_force_exit (served->program);
  g_subprocess_wait (served->program, NULL, NULL);
  g_object_unref (served->program);

  start_program (served, "1");
  g_assert_cmpuint (count_segments (served->port), ==, 5);
  g_subprocess_wait_check (served->program, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (served->program);
  start_program (served, "60");
  g_assert_cmpuint (count_segments (served->port), ==, 5);
}

/* ---- with the agent ---- */

typedef struct
{
  MuriBus *bus;
  MuriZone *zone;
  guint16 port;
  GHashTable *samples; /* muri_v1_Uuid of a VM + second -> what was published */
  guint n_samples;
} Listener;

typedef struct
{
  muri_v1_Uuid vm;
  gint64 second;
} SampleKey;

static guint
sample_hash (gconstpointer key)
{
  const SampleKey *sample = key;
  return muri_uuid_hash (&sample->vm) ^ (guint)sample->second;
}

static gboolean
sample_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (SampleKey)) == 0;
}

static void
keep_sample (Listener *listener, const muri_v1_Sample *sample)
{
  for (guint i = 0; i < sample->vms._length; i++)
    {
      SampleKey key = { .second = sample->time / G_USEC_PER_SEC };
      key.vm = sample->vms._buffer[i].vm;
      g_hash_table_replace (listener->samples, g_memdup2 (&key, sizeof key),
                            g_memdup2 (&sample->vms._buffer[i], sizeof (muri_v1_VmFigures)));
    }
  listener->n_samples++;
}

static void
on_batch (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer user_data)
{
  Listener *listener = user_data;
  for (gsize i = 0; i < n_changes; i++)
    {
      gpointer sample;
      if (!changes[i].valid)
        continue;
      muri_change_steal_sample (&changes[i], &sample);
      if (changes[i].topic == MURI_TOPIC_NODE
          && ((muri_v1_Node *)sample)->presence == MURI_PRESENCE_UP)
        listener->port = ((muri_v1_Node *)sample)->http_port;
      else if (changes[i].topic == MURI_TOPIC_SAMPLE)
        keep_sample (listener, sample);
      muri_topic_sample_free (changes[i].topic, sample);
    }
}

static void
listener_start (Listener *listener)
{
  g_autoptr (MuriZoneSettings) settings =
      muri_zone_settings_new (muri_test_zone (), "lo", MURI_ROLE_CONSOLE);
  g_autoptr (GError) error = NULL;
  listener->samples = g_hash_table_new_full (sample_hash, sample_equal, g_free, g_free);
  listener->bus = muri_bus_new (NULL, 4);
  listener->zone =
      muri_zone_open (listener->bus, settings,
                      MURI_TOPIC_MASK (MURI_TOPIC_NODE) | MURI_TOPIC_MASK (MURI_TOPIC_SAMPLE), 0,
                      on_batch, listener, &error);
  g_assert_no_error (error);
}

static void
listener_stop (Listener *listener)
{
  muri_zone_close (listener->zone);
  g_object_unref (listener->zone);
  g_object_unref (listener->bus);
  g_hash_table_unref (listener->samples);
}

/* A beat near the full second may count as the one before or after. */
static const muri_v1_VmFigures *
find_published (Listener *listener, const muri_v1_Uuid *vm, gint64 second, float memory)
{
  for (gint64 off = -1; off <= 1; off++)
    {
      const SampleKey key = { *vm, second + off };
      const muri_v1_VmFigures *figures = g_hash_table_lookup (listener->samples, &key);
      float values[MURI_N_VM_FIGURES];
      MuriPrecision precision = muri_figure_get_info (MURI_FIGURE_MEMORY)->precision;
      if (figures == NULL)
        continue;
      muri_figures_read_vm (figures, values);
      if (muri_figure_restore (muri_figure_quantize (values[MURI_FIGURE_MEMORY], precision),
                               precision)
          == memory)
        return figures;
    }
  return NULL;
}

static gboolean
was_published_near (Listener *listener, const muri_v1_Uuid *vm, gint64 second)
{
  for (gint64 off = -1; off <= 1; off++)
    {
      const SampleKey key = { *vm, second + off };
      if (!g_hash_table_contains (listener->samples, &key))
        return FALSE;
    }
  return TRUE;
}

/* What is in the ring and was heard is the same. How many seconds were compared. */
static guint
compare (Listener *listener, const char *directory)
{
  g_autoptr (HistoryContents) contents = history_read (directory);
  guint n = 0;
  for (guint kind = AGENT_HISTORY_LOG; kind <= AGENT_HISTORY_SECONDS; kind++)
    {
      GHashTableIter iter;
      gpointer object, list;
      g_hash_table_iter_init (&iter, contents->chunks[kind]);
      while (g_hash_table_iter_next (&iter, &object, &list))
        for (guint i = 0; i < ((GPtrArray *)list)->len; i++)
          {
            MuriChunk *chunk = g_ptr_array_index ((GPtrArray *)list, i);
            const MuriChunkColumn *memory = muri_chunk_find (chunk, MURI_FIGURE_MEMORY);
            for (guint slot = 0; memory != NULL && slot < muri_chunk_get_slots (chunk); slot++)
              {
                gint64 second = muri_chunk_get_start (chunk) + slot;
                if (memory->known[slot] == 0 || !was_published_near (listener, object, second))
                  continue;
                g_assert_nonnull (find_published (listener, object, second, memory->average[slot]));
                n++;
              }
          }
    }
  return n;
}

/* Killed again and again: what was published is what is kept, but for the last ten seconds. */
static void
test_agent_killed (void)
{
  Listener listener = { 0 };
  g_autofree char *uri = muri_test_node_file ("vm", 4, 0);
  listener_start (&listener);
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("killed", uri, "--simulate", NULL);
  g_autofree char *directory =
      g_build_filename (muri_test_agent_get_state_dir (agent), "history", NULL);

  for (guint round = 0; round < 3; round++)
    {
      guint before = compare (&listener, directory);
      guint now = 0;
      g_autoptr (MuriSegmentList) list = NULL;

      muri_test_await ((now = compare (&listener, directory)) > before + 4, DEADLINE);
      g_test_message ("round %u: %u compared", round, now);
      muri_test_await (listener.port != 0, DEADLINE);
      list = get_list (listener.port);
      g_assert_cmpuint (list->segments->len, >, 0);
      muri_test_agent_kill9 (agent);
      g_assert_cmpuint (compare (&listener, directory), >=, now);
      listener.port = 0;
      muri_test_agent_restart (agent);
    }
  muri_test_await (listener.port != 0, DEADLINE);
  muri_test_agent_stop (agent);
  listener_stop (&listener);
}

static char *
find_child (MuriTestAgent *agent)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/%d/task/%d/children", (int)muri_test_agent_get_pid (agent),
                       (int)muri_test_agent_get_pid (agent));
  char *children = NULL;
  if (!g_file_get_contents (path, &children, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (children);
}

/* Nobody asks: no program. Somebody asks: one. It dies: the next that asks gets an answer. */
static void
test_agent_program (void)
{
  Listener listener = { 0 };
  g_autofree char *uri = muri_test_node_file ("vm", 1, 0);
  listener_start (&listener);
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("asked", uri, "--simulate", NULL);
  muri_test_await (listener.port != 0, DEADLINE);
  {
    g_autofree char *child = find_child (agent);
    g_assert_cmpstr (child, ==, "");
  }
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (MuriSegmentList) list = get_list (listener.port);
      g_autofree char *child = find_child (agent);
      int pid = atoi (child);
      g_assert_cmpint (pid, >, 1);
      kill (pid, SIGKILL);
      muri_test_await (*(child = (g_free (child), find_child (agent))) == '\0', DEADLINE);
    }

  /* It does not outlive the agent, however that ends. */
  {
    g_autoptr (MuriSegmentList) list = get_list (listener.port);
    g_autofree char *child = find_child (agent);
    int pid = atoi (child);
    muri_test_agent_kill9 (agent);
    muri_test_await (kill (pid, 0) != 0, DEADLINE);
  }
  listener_stop (&listener);
}

static char *
write_config (const char *text)
{
  char *path = g_build_filename (muri_test_directory ("config"), "muri-agent.conf", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static gboolean
says (MuriTestAgent *agent, const char *what)
{
  g_autofree char *log = muri_test_agent_dup_log (agent);
  return strstr (log, what) != NULL;
}

/* A port that somebody has costs the service, and nothing else; and none is kept where none is
 * wanted. */
static void
test_agent_without (void)
{
  g_autoptr (GSocketListener) other = g_socket_listener_new ();
  g_autofree char *uri = muri_test_node_file ("vm", 1, 0);
  Listener listener = { 0 };
  guint16 port = g_socket_listener_add_any_inet_port (other, NULL, NULL);
  g_autofree char *text = g_strdup_printf ("[http]\nport=%u\n", port);
  g_autofree char *taken = write_config (text);
  g_autofree char *none = write_config ("[history]\nsize=0\n");
  listener_start (&listener);
  g_autoptr (MuriTestAgent) agent =
      muri_test_agent_spawn ("taken", uri, "--simulate", "--config", taken, NULL);
  muri_test_await (says (agent, "This node's history and templates are not served"), DEADLINE);
  muri_test_await (listener.n_samples > 0, DEADLINE);
  g_assert_cmpuint (listener.port, ==, 0);
  muri_test_agent_stop (agent);

  listener.n_samples = 0;
  g_autoptr (MuriTestAgent) without =
      muri_test_agent_spawn ("without", uri, "--simulate", "--config", none, NULL);
  muri_test_await (listener.n_samples > 0 && listener.port != 0, DEADLINE);
  g_assert_cmpuint (status_of (listener.port, "GET", "/v1/history", NULL, NULL), ==, 404);
  muri_test_agent_stop (without);
  g_autofree char *directory =
      g_build_filename (muri_test_agent_get_state_dir (without), "history", NULL);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  listener_stop (&listener);
}

#define ADD(name, func) g_test_add (name, Served, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/history/list", test_list);
  ADD ("/history/range", test_range);
  ADD ("/history/tags", test_tags);
  ADD ("/history/hostile-paths", test_hostile_paths);
  ADD ("/history/hostile-requests", test_hostile_requests);
  ADD ("/history/crowd", test_crowd);
  ADD ("/history/rights", test_rights);
  ADD ("/history/idle", test_idle);
  g_test_add_func ("/history/agent/killed", test_agent_killed);
  g_test_add_func ("/history/agent/program", test_agent_program);
  g_test_add_func ("/history/agent/without", test_agent_without);
  return muri_test_run ();
}
