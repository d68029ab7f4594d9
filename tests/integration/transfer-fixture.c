/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer-fixture.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "muri-source.h"
#include "muri-test.h"
#include "muri-uuid.h"

#define SIZE (8 * (gsize)AGENT_CHUNK_SIZE + 777)

static char *
program (const char *name)
{
  g_autofree char *folder = g_path_get_dirname (g_getenv ("MURI_TEST_AGENT"));
  return g_build_filename (folder, name, NULL);
}

/* ---- images ---- */

static void
write_file (const char *path, const char *suffix, gconstpointer data, gsize length)
{
  g_autofree char *whole = g_strconcat (path, suffix, NULL);
  g_autoptr (GError) error = NULL;
  g_file_set_contents (whole, data, length, &error);
  g_assert_no_error (error);
}

static AgentChunkMap *
make_map (const guint8 *data, gsize length)
{
  AgentChunkMap *map = agent_chunk_map_new (length);
  for (guint i = 0; i < map->n_chunks; i++)
    {
      agent_sha256_of (data + (gsize)i * AGENT_CHUNK_SIZE, agent_chunk_map_chunk_size (map, i),
                       map->hashes + (gsize)i * AGENT_SHA256_SIZE);
      map->states[i] = AGENT_CHUNK_KEPT;
    }
  agent_sha256_of (data, length, map->sha256);
  return map;
}

static void
write_map (const char *path, const AgentChunkMap *map)
{
  g_autoptr (GBytes) bytes = agent_chunk_map_format (map);
  write_file (path, ".map", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static TransferImage *
image_of (const guint8 *data, gsize length)
{
  TransferImage *image = g_new0 (TransferImage, 1);
  g_autoptr (AgentChunkMap) map = make_map (data, length);
  image->path = g_build_filename (muri_test_directory ("image"), "image", NULL);
  image->size = length;
  image->sha256 = agent_sha256_to_text (map->sha256);
  write_file (image->path, "", data, length);
  write_file (image->path, ".facts", "[template]\nname=a\n", 18);
  write_file (image->path, ".xml", "<domain/>\n", 10);
  write_map (image->path, map);
  return image;
}

TransferImage *
transfer_image_new (guint seed)
{
  g_autofree guint8 *data = g_malloc0 (SIZE);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  for (gsize i = 0; i + 4 <= SIZE; i += 4)
    if (i / AGENT_CHUNK_SIZE != 3 && i / AGENT_CHUNK_SIZE != 4 && (i / 65536) % 3 != 0)
      {
        guint32 word = g_rand_int (random);
        memcpy (data + i, &word, 4);
      }
  return image_of (data, SIZE);
}

TransferImage *
transfer_image_forge (const TransferImage *image, guint chunk, gboolean with_map)
{
  g_autofree char *data = NULL;
  g_autofree char *map_path = g_strconcat (image->path, ".map", NULL);
  g_autofree char *map_data = NULL;
  gsize length, map_length;
  TransferImage *forged;
  g_assert_true (g_file_get_contents (image->path, &data, &length, NULL));
  data[(gsize)chunk * AGENT_CHUNK_SIZE + 70000] ^= 1;
  forged = image_of ((guint8 *)data, length);
  g_free (forged->sha256);
  forged->sha256 = g_strdup (image->sha256);
  g_assert_true (g_file_get_contents (map_path, &map_data, &map_length, NULL));
  if (with_map)
    {
      g_autoptr (AgentChunkMap) map = make_map ((guint8 *)data, length);
      g_assert_true (agent_sha256_parse (image->sha256, map->sha256));
      write_map (forged->path, map);
    }
  else
    write_file (forged->path, ".map", map_data, map_length);
  return forged;
}

void
transfer_image_free (TransferImage *image)
{
  g_free (image->path);
  g_free (image->sha256);
  g_free (image);
}

void
transfer_assert_same (const char *path, const TransferImage *image)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  gsize a_length, b_length;
  g_assert_true (g_file_get_contents (path, &a, &a_length, NULL));
  g_assert_true (g_file_get_contents (image->path, &b, &b_length, NULL));
  g_assert_cmpuint (a_length, ==, b_length);
  g_assert_true (memcmp (a, b, a_length) == 0);
}

/* ---- hosts ---- */

TransferHost *
transfer_host_new (guint uploads, guint64 rate)
{
  return transfer_host_new_secure (uploads, rate, NULL);
}

TransferHost *
transfer_host_new_secure (guint uploads, guint64 rate, MuriTestPapers *papers)
{
  TransferHost *host = g_new0 (TransferHost, 1);
  g_autofree char *path = program ("muri-agent-http");
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;
  char uuid[MURI_UUID_TEXT];
  AgentHttpSettings settings = {
    .address = "127.0.0.1",
    .uploads = uploads,
    .rate = rate,
    .program = path,
  };
  muri_uuid_generate (&settings.node);
  if (papers != NULL)
    {
      host->subject =
          muri_test_papers_add (papers, "node", muri_uuid_format (&settings.node, uuid));
      settings.certificate = certificate = muri_test_papers_certificate (papers, host->subject);
      settings.key = key = muri_test_papers_key (papers, host->subject);
      settings.authority = papers->authority;
    }
  host->grants = agent_grants_new ();
  host->http = agent_http_new (&settings, host->grants, &error);
  g_assert_no_error (error);
  host->name = g_strdup_printf ("127.0.0.1:%u", agent_http_get_port (host->http));
  host->source = muri_source_format (papers != NULL ? &settings.node : NULL, "127.0.0.1",
                                     agent_http_get_port (host->http));
  return host;
}

static void
offer (TransferHost *host, const char *path, gboolean complete)
{
  g_autofree char *map = g_strconcat (path, ".map", NULL);
  g_autofree char *facts = g_strconcat (path, ".facts", NULL);
  g_autofree char *description = g_strconcat (path, ".xml", NULL);
  muri_v1_Uuid id;
  g_assert_true (muri_uuid_parse (TRANSFER_ID, &id));
  agent_grants_offer (host->grants, &id,
                      &(AgentOffer){
                          .image = path,
                          .map = map,
                          .facts = facts,
                          .description = description,
                          .complete = complete,
                      });
}

void
transfer_host_offer (TransferHost *host, const TransferImage *image)
{
  offer (host, image->path, TRUE);
}

void
transfer_host_offer_partial (TransferHost *host, const char *target)
{
  offer (host, target, FALSE);
}

void
transfer_host_free (TransferHost *host)
{
  agent_http_stop (host->http);
  g_object_unref (host->http);
  g_object_unref (host->grants);
  g_free (host->name);
  g_free (host->source);
  g_free (host->subject);
  g_free (host);
}

/* ---- who fetches ---- */

static void
take_line (TransferFetch *fetch, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_test_message ("%s", line);
  if (g_strv_length (words) == 3 && strcmp (words[0], "progress") == 0)
    {
      g_autofree char *before = fetch->from;
      fetch->percent = (guint)g_ascii_strtoull (words[1], NULL, 10);
      if (before == NULL)
        fetch->first_percent = fetch->percent;
      fetch->from = g_strconcat (before != NULL ? before : "", words[2], " ", NULL);
      return;
    }
  g_free (fetch->last);
  fetch->last = g_strdup (line);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TransferFetch *fetch = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (line == NULL)
    {
      g_subprocess_wait (fetch->program, NULL, NULL);
      fetch->status = g_subprocess_get_if_exited (fetch->program)
                          ? g_subprocess_get_exit_status (fetch->program)
                          : -1;
      fetch->over = TRUE;
      g_main_context_wakeup (NULL);
      return;
    }
  take_line (fetch, line);
  g_data_input_stream_read_line_async (fetch->output, G_PRIORITY_DEFAULT, NULL, on_line, fetch);
}

TransferFetch *
transfer_fetch_new (const char *target, const char *keys)
{
  TransferFetch *fetch = g_new0 (TransferFetch, 1);
  g_autofree char *path = program ("muri-agent-fetch");
  g_autofree char *job = g_strdup_printf ("[fetch]\ntarget=%s\n%s", target, keys);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "detect_leaks=0", TRUE);
  fetch->target = g_strdup (target);
  fetch->program = g_subprocess_launcher_spawn (launcher, &error, path, NULL);
  g_assert_no_error (error);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (fetch->program), job, strlen (job), NULL,
                             NULL, &error);
  g_output_stream_close (g_subprocess_get_stdin_pipe (fetch->program), NULL, NULL);
  fetch->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fetch->program));
  g_data_input_stream_read_line_async (fetch->output, G_PRIORITY_DEFAULT, NULL, on_line, fetch);
  return fetch;
}

TransferFetch *
transfer_fetch_from (const char *target, const TransferImage *image, guint64 rate,
                     const char *sources, guint16 port)
{
  g_autofree char *sha256 =
      image != NULL ? g_strdup_printf ("sha256=%s\n", image->sha256) : g_strdup ("");
  g_autofree char *keys = g_strdup_printf ("template=" TRANSFER_ID "\n%srate=%" G_GUINT64_FORMAT
                                           "\nsources=%s\nport=%u\n",
                                           sha256, rate, sources, port);
  return transfer_fetch_new (target, keys);
}

void
transfer_fetch_await (TransferFetch *fetch)
{
  muri_test_await (fetch->over, TRANSFER_DEADLINE);
}

void
transfer_fetch_kill9 (TransferFetch *fetch)
{
  g_subprocess_force_exit (fetch->program);
  transfer_fetch_await (fetch);
}

void
transfer_fetch_free (TransferFetch *fetch)
{
  if (!fetch->over)
    transfer_fetch_kill9 (fetch);
  g_object_unref (fetch->output);
  g_object_unref (fetch->program);
  g_free (fetch->target);
  g_free (fetch->from);
  g_free (fetch->last);
  g_free (fetch);
}

char *
transfer_target (void)
{
  return g_build_filename (muri_test_directory ("target"), "image.part", NULL);
}

/* ---- asking ---- */

SoupMessage *
transfer_ask (const char *method, const char *host, const char *path, const char *header,
              const char *value, GBytes *body, GBytes **answer)
{
  g_autofree char *uri = g_strdup_printf ("http://%s%s", host, path);
  g_autoptr (SoupSession) session =
      soup_session_new_with_options ("timeout", TRANSFER_DEADLINE, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  GAsyncResult *result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  if (header != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), header, value);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/octet-stream", body);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL,
                                    muri_test_keep_result, &result);
  muri_test_await (result != NULL, TRANSFER_DEADLINE);
  bytes = soup_session_send_and_read_finish (session, result, &error);
  g_object_unref (result);
  g_assert_no_error (error);
  if (answer != NULL)
    *answer = g_steal_pointer (&bytes);
  return message;
}
