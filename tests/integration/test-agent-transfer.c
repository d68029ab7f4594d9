/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muri-test.h"
#include "muri-uuid.h"
#include "transfer-fixture.h"

#define PATH "/v1/templates/" TRANSFER_ID

/* Slow enough that somebody can be caught in the midst of it. */
#define SLOW (3 * MIB)

static guint
status_of (const char *method, const TransferHost *host, const char *path, const char *header,
           const char *value)
{
  g_autoptr (SoupMessage) message =
      transfer_ask (method, host->name, path, header, value, NULL, NULL);
  return soup_message_get_status (message);
}

static char *
text_of (const char *path, const char *suffix)
{
  g_autofree char *whole = g_strconcat (path, suffix, NULL);
  char *text = NULL;
  g_file_get_contents (whole, &text, NULL, NULL);
  return text;
}

static void
assert_done (TransferFetch *fetch, const TransferImage *image)
{
  g_autofree char *done =
      g_strdup_printf ("done %s %" G_GUINT64_FORMAT, image->sha256, image->size);
  transfer_fetch_await (fetch);
  g_assert_cmpstr (fetch->last, ==, done);
  g_assert_cmpint (fetch->status, ==, 0);
  transfer_assert_same (fetch->target, image);
}

/* ---- a file as any tool sees it ---- */

static void
test_served (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autoptr (GBytes) all = NULL;
  g_autoptr (GBytes) part = NULL;
  g_autoptr (GBytes) link = NULL;
  g_autofree char *data = NULL;
  transfer_host_offer (host, image);
  g_assert_true (g_file_get_contents (image->path, &data, NULL, NULL));

  g_autoptr (SoupMessage) first =
      transfer_ask ("GET", host->name, PATH "/image", NULL, NULL, NULL, &all);
  g_assert_cmpmem (g_bytes_get_data (all, NULL), g_bytes_get_size (all), data, image->size);
  g_autoptr (SoupMessage) second =
      transfer_ask ("GET", host->name, PATH "/image", "Range", "bytes=70000-9000000", NULL, &part);
  g_assert_cmpuint (soup_message_get_status (second), ==, 206);
  g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), data + 70000, 8930001);
  g_assert_cmpuint (status_of ("GET", host, PATH "/image", "Range", "bytes=99999999-"), ==, 416);
  g_assert_cmpuint (status_of ("HEAD", host, PATH "/image", NULL, NULL), ==, 200);

  g_autoptr (SoupMessage) third =
      transfer_ask ("GET", host->name, PATH ".meta4", NULL, NULL, NULL, &link);
  g_autofree char *text = g_strndup (g_bytes_get_data (link, NULL), g_bytes_get_size (link));
  g_assert_nonnull (strstr (text, "urn:ietf:params:xml:ns:metalink"));
  g_assert_nonnull (strstr (text, image->sha256));
  g_assert_nonnull (strstr (text, host->name));
}

static void
test_hostile_paths (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  static const char *const paths[] = {
    "/v1/templates",
    "/v1/templates/",
    "/v1/templates/../templates/x",
    "/v1/templates/..%2f..%2fetc%2fpasswd",
    "/v1/templates/11111111-2222-4333-8444-555555555556",
    "/v1/templates/11111111-2222-4333-8444-555555555556/image",
    PATH "/",
    PATH "/image/..",
    PATH "/chunks/",
    PATH "/chunks/9",
    PATH "/chunks/-1",
    PATH "/chunks/99999999999999999999",
    PATH "/chunks/1,",
    PATH "/chunks/1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8,1",
    PATH "/chunks/1,2,x",
    PATH "/upload",
    "/v1/history",
  };
  transfer_host_offer (host, image);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      guint status = status_of ("GET", host, paths[i], NULL, NULL);
      if (status != 404 && status != 400)
        g_error ("%s is answered with %u", paths[i], status);
    }
  g_assert_cmpuint (status_of ("PUT", host, PATH "/image", NULL, NULL), ==, 405);
  g_assert_cmpuint (status_of ("GET", host, PATH "/chunks/3", NULL, NULL), ==, 200);
}

/* ---- fetching ---- */

static void
test_fetched (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (2);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *target = transfer_target ();
  struct stat st;
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, host->name, 0);
  assert_done (fetch, image);

  /* A third of it is holes, and two chunks. */
  g_assert_cmpint (stat (target, &st), ==, 0);
  g_assert_cmpuint ((guint64)st.st_blocks * 512, <, image->size * 6 / 10);
  g_autofree char *facts = text_of (target, ".facts");
  g_autofree char *xml = text_of (target, ".xml");
  g_autofree char *map = text_of (target, ".map");
  g_assert_cmpstr (facts, ==, "[template]\nname=a\n");
  g_assert_cmpstr (xml, ==, "<domain/>\n");
  g_assert_nonnull (map);

  /* Where nobody said what it should be, the hosts that have it do. */
  g_autofree char *other = transfer_target ();
  g_autoptr (TransferFetch) unknown = transfer_fetch_from (other, NULL, 0, host->name, 0);
  assert_done (unknown, image);
}

/* Again and again killed: what was there stays, and in the end it is whole. */
static void
test_killed (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (3);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *target = transfer_target ();
  guint before = 0;
  transfer_host_offer (host, image);
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, SLOW, host->name, 0);
      muri_test_await (fetch->over || fetch->percent > MAX (before, 23), TRANSFER_DEADLINE);
      g_assert_false (fetch->over);
      g_assert_cmpuint (fetch->first_percent, >=, before);
      before = fetch->percent;
      transfer_fetch_kill9 (fetch);
    }
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, host->name, 0);
  assert_done (fetch, image);
  g_assert_cmpuint (fetch->first_percent, >=, before);
}

/* A map that claims what is not true: it is found out. */
static void
test_damaged_part (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (4);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *target = transfer_target ();
  g_autofree char *map_path = g_strconcat (target, ".map", NULL);
  g_autofree char *claims = text_of (image->path, ".map");
  gsize length;
  g_autofree char *from = g_strconcat (image->path, ".map", NULL);
  transfer_host_offer (host, image);
  g_free (claims);
  claims = NULL;
  g_assert_true (g_file_get_contents (from, &claims, &length, NULL));
  g_assert_true (g_file_set_contents (map_path, claims, length, NULL));
  g_assert_true (g_file_set_contents (target, "nothing", -1, NULL));
  g_assert_cmpint (truncate (target, image->size), ==, 0);
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, host->name, 0);
  assert_done (fetch, image);

  /* And one that is none. */
  g_assert_true (g_file_set_contents (map_path, "MuTm\1nonsense", -1, NULL));
  g_autoptr (TransferFetch) again = transfer_fetch_from (target, image, 0, host->name, 0);
  assert_done (again, image);
}

/* ---- sources that are no good ---- */

static void
test_liar (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (5);
  g_autoptr (TransferImage) forged = transfer_image_forge (image, 6, FALSE);
  g_autoptr (TransferHost) liar = transfer_host_new (4, 0);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *sources = g_strconcat (liar->name, " ", host->name, NULL);
  g_autofree char *target = transfer_target ();
  transfer_host_offer (liar, forged);
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, sources, 0);
  assert_done (fetch, image);

  /* By itself it delivers nothing. */
  g_autofree char *other = transfer_target ();
  g_autoptr (TransferFetch) alone = transfer_fetch_from (other, image, 0, liar->name, 0);
  transfer_fetch_await (alone);
  g_assert_cmpint (alone->status, ==, 2);
  g_assert_true (g_str_has_prefix (alone->last, "error "));
}

/* Its chunks fit what it says of them, but not the whole. */
static void
test_lying_map (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (6);
  g_autoptr (TransferImage) forged = transfer_image_forge (image, 6, TRUE);
  g_autoptr (TransferHost) liar = transfer_host_new (4, 0);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *sources = g_strconcat (liar->name, ";", host->name, NULL);
  g_autofree char *target = transfer_target ();
  transfer_host_offer (liar, forged);
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, sources, 0);
  assert_done (fetch, image);

  g_autofree char *other = transfer_target ();
  g_autofree char *bad = g_strconcat (other, ".bad", NULL);
  g_autoptr (TransferFetch) alone = transfer_fetch_from (other, image, 0, liar->name, 0);
  transfer_fetch_await (alone);
  g_assert_cmpint (alone->status, ==, 3);
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
  transfer_assert_same (bad, forged);
}

/* Who is being asked dies; another takes over. */
static void
test_cut (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (7);
  TransferHost *dies = transfer_host_new (4, SLOW);
  g_autoptr (TransferHost) host = transfer_host_new (4, SLOW);
  g_autofree char *sources = g_strconcat (dies->name, ",", host->name, NULL);
  g_autofree char *target = transfer_target ();
  transfer_host_offer (dies, image);
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, sources, 0);
  muri_test_await (fetch->over || (fetch->from != NULL && strstr (fetch->from, dies->name)),
                   TRANSFER_DEADLINE);
  g_assert_false (fetch->over);
  transfer_host_free (dies);
  assert_done (fetch, image);
  g_assert_nonnull (strstr (fetch->from, host->name));
}

typedef struct
{
  GByteArray *map;
  guint n;
} Hostile;

static void
on_hostile (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  Hostile *hostile = user_data;
  hostile->n++;
  soup_server_message_set_response (message, "application/octet-stream", SOUP_MEMORY_COPY,
                                    (const char *)hostile->map->data, hostile->map->len);
  soup_server_message_set_status (message, 200, NULL);
}

/* Maps of the wrong length, of absurd numbers, of states that there are not, and noise. */
static void
test_hostile_maps (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (8);
  g_autofree char *path = g_strconcat (image->path, ".map", NULL);
  g_autofree char *map = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_get_contents (path, &map, &length, NULL));
  for (guint round = 0; round < 6; round++)
    {
      g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
      Hostile hostile = { g_byte_array_new (), 0 };
      g_autofree char *target = transfer_target ();
      g_byte_array_append (hostile.map, (const guint8 *)map, length);
      if (round == 0)
        g_byte_array_set_size (hostile.map, length - 1);
      else if (round == 1)
        memset (hostile.map->data + 12, 0xff, 12);
      else if (round == 2)
        hostile.map->data[AGENT_CHUNK_MAP_HEAD + 1] = 17;
      else if (round == 3)
        hostile.map->data[24] ^= 1;
      else if (round == 4)
        g_byte_array_set_size (hostile.map, 0);
      else
        for (guint i = 0; i < hostile.map->len; i++)
          hostile.map->data[i] = g_test_rand_int_range (0, 256);
      soup_server_add_handler (server, NULL, on_hostile, &hostile, NULL);
      soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
      g_assert_no_error (error);
      GSList *uris = soup_server_get_uris (server);
      g_autofree char *name = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
      g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
      g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, name, 0);
      transfer_fetch_await (fetch);
      g_assert_cmpint (fetch->status, ==, 2);
      g_assert_cmpuint (hostile.n, >, 0);
      g_byte_array_unref (hostile.map);
    }
}

/* ---- many at once ---- */

/* Who is at his limit says so, and who else has it. */
static void
test_busy (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (9);
  g_autoptr (TransferHost) host = transfer_host_new (1, SLOW);
  g_autofree char *target = transfer_target ();
  gboolean refused = FALSE;
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, 0, host->name, 4711);
  muri_test_await (fetch->over || fetch->percent > fetch->first_percent, TRANSFER_DEADLINE);
  while (!refused && !fetch->over)
    {
      /* Zeros, which keep nobody from anything. */
      g_autoptr (SoupMessage) message =
          transfer_ask ("GET", host->name, PATH "/chunks/3", NULL, NULL, NULL, NULL);
      SoupMessageHeaders *headers = soup_message_get_response_headers (message);
      const char *sources = soup_message_headers_get_one (headers, "Muri-Sources");
      if (soup_message_get_status (message) != 503)
        continue;
      refused = g_strcmp0 (sources, "127.0.0.1:4711") == 0;
      g_assert_cmpstr (soup_message_headers_get_one (headers, "Retry-After"), ==, "1");
    }
  g_assert_true (refused);
  assert_done (fetch, image);
}

/* Four who know only the first: they get it from each other too. */
static void
test_swarm (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (10);
  g_autoptr (TransferHost) seed = transfer_host_new (2, 8 * MIB);
  TransferHost *hosts[4];
  TransferFetch *fetches[4];
  guint n_from_others = 0;
  transfer_host_offer (seed, image);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *target = transfer_target ();
      hosts[i] = transfer_host_new (4, 0);
      transfer_host_offer_partial (hosts[i], target);
      fetches[i] =
          transfer_fetch_from (target, image, 0, seed->name, agent_http_get_port (hosts[i]->http));
    }
  for (guint i = 0; i < 4; i++)
    {
      assert_done (fetches[i], image);
      for (guint k = 0; k < 4; k++)
        n_from_others += strstr (fetches[i]->from, hosts[k]->name) != NULL;
    }
  g_test_message ("%u got something from one of the others", n_from_others);
  g_assert_cmpuint (n_from_others, >, 0);
  for (guint i = 0; i < 4; i++)
    {
      transfer_fetch_free (fetches[i]);
      transfer_host_free (hosts[i]);
    }
}

/* What is checked is served while the rest is not there, and nothing else is. */
static void
test_partial (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (11);
  g_autoptr (TransferHost) seed = transfer_host_new (4, 0);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *target = transfer_target ();
  g_autoptr (GBytes) body = NULL;
  guint n_there = 0;
  transfer_host_offer (seed, image);
  transfer_host_offer_partial (host, target);
  g_assert_cmpuint (status_of ("GET", host, PATH "/chunks", NULL, NULL), ==, 404);
  g_autoptr (TransferFetch) fetch = transfer_fetch_from (target, image, SLOW, seed->name, 0);
  muri_test_await (fetch->over || fetch->percent > 40, TRANSFER_DEADLINE);
  transfer_fetch_kill9 (fetch);
  g_autoptr (SoupMessage) message =
      transfer_ask ("GET", host->name, PATH "/chunks", NULL, NULL, NULL, &body);
  g_autoptr (AgentChunkMap) map =
      agent_chunk_map_parse (g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL);
  g_assert_nonnull (map);
  for (guint i = 0; i < map->n_chunks; i++)
    {
      g_autofree char *path = g_strdup_printf (PATH "/chunks/%u", i);
      gboolean there = map->states[i] != AGENT_CHUNK_ABSENT;
      g_assert_cmpuint (status_of ("GET", host, path, NULL, NULL), ==, there ? 200 : 404);
      n_there += there;
    }
  g_assert_cmpuint (n_there, >, 2);
  g_assert_cmpuint (n_there, <, map->n_chunks);
  g_assert_cmpuint (status_of ("GET", host, PATH "/image", NULL, NULL), ==, 404);
}

/* Who has got it all from the only one who had it tells what it is, too, when that one is gone. */
static void
test_partial_facts (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (12);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *target = transfer_target ();
  g_autofree char *other = transfer_target ();
  TransferHost *seed = transfer_host_new (4, 0);
  TransferFetch *fetch;
  g_autofree char *facts = NULL;
  transfer_host_offer (seed, image);
  transfer_host_offer_partial (host, target);
  g_assert_cmpuint (status_of ("GET", host, PATH, NULL, NULL), ==, 404);
  fetch = transfer_fetch_from (target, image, 0, seed->name, 0);
  assert_done (fetch, image);
  transfer_fetch_free (fetch);
  transfer_host_free (seed);
  g_assert_cmpuint (status_of ("GET", host, PATH, NULL, NULL), ==, 200);
  g_assert_cmpuint (status_of ("GET", host, PATH "/description", NULL, NULL), ==, 200);
  fetch = transfer_fetch_from (other, image, 0, host->name, 0);
  assert_done (fetch, image);
  transfer_fetch_free (fetch);
  facts = text_of (other, ".facts");
  g_assert_cmpstr (facts, ==, "[template]\nname=a\n");
}

/* ---- what is sent here ---- */

typedef struct
{
  guint64 bytes;
} Received;

static void
on_received (AgentGrants *grants, const muri_v1_Uuid *id, guint64 bytes, Received *received)
{
  received->bytes = bytes;
}

static guint
put (const TransferHost *host, const char *range, const char *data, gsize length)
{
  g_autoptr (GBytes) body = g_bytes_new (data, length);
  g_autoptr (SoupMessage) message = transfer_ask (
      "PUT", host->name, PATH "/upload", range != NULL ? "Content-Range" : NULL, range, body, NULL);
  return soup_message_get_status (message);
}

static void
assert_offset (const TransferHost *host, const char *offset)
{
  g_autoptr (SoupMessage) message =
      transfer_ask ("HEAD", host->name, PATH "/upload", NULL, NULL, NULL, NULL);
  g_assert_cmpstr (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Upload-Offset"),
      ==, offset);
}

static void
test_upload (void)
{
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *path = transfer_target ();
  g_autofree char *data = g_malloc (5 * MIB);
  g_autofree char *there = NULL;
  Received received = { 0 };
  muri_v1_Uuid id;
  gsize length;
  for (guint i = 0; i < 5 * MIB; i++)
    data[i] = (char)(i * 7 / 3);
  g_assert_true (muri_uuid_parse (TRANSFER_ID, &id));
  g_signal_connect (host->grants, "received", G_CALLBACK (on_received), &received);

  g_assert_cmpuint (put (host, NULL, data, 100), ==, 404);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  agent_grants_announce (host->grants, &id, path, 5 * MIB);
  g_assert_cmpuint (put (host, NULL, data, 100), ==, 400);
  g_assert_cmpuint (put (host, "bytes 0-99/100", data, 100), ==, 400);
  g_assert_cmpuint (put (host, "bytes 5242800-5242999/5242880", data, 200), ==, 400);
  assert_offset (host, "0");
  g_assert_cmpuint (put (host, "bytes 0-2999999/5242880", data, 3000000), ==, 200);
  assert_offset (host, "3000000");
  muri_test_await (received.bytes == 3000000, TRANSFER_DEADLINE);
  g_assert_cmpuint (put (host, "bytes 0-2999999/5242880", data, 3000000), ==, 409);
  g_assert_cmpuint (put (host, "bytes 3000000-5242879/5242880", data + 3000000, 2242880), ==, 200);
  muri_test_await (received.bytes == 5 * MIB, TRANSFER_DEADLINE);
  g_assert_true (g_file_get_contents (path, &there, &length, NULL));
  g_assert_cmpmem (there, length, data, 5 * MIB);

  agent_grants_withdraw (host->grants, &id);
  g_assert_cmpuint (put (host, "bytes 5242879-5242879/5242880", data, 1), ==, 404);
}

static void
say_to (GSocketConnection *connection, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, length,
                             NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gsize length;
  *(char **)user_data =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, &length, NULL);
}

/* The head of an answer. */
static char *
hear (GDataInputStream *input)
{
  GString *head = g_string_new (NULL);
  char *line = NULL;
  do
    {
      g_clear_pointer (&line, g_free);
      g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, &line);
      muri_test_await (line != NULL, TRANSFER_DEADLINE);
      g_string_append_printf (head, "%s\n", line);
    }
  while (line[0] != '\0');
  g_free (line);
  return g_string_free (head, FALSE);
}

/* What comes after the head takes its time; the answer says that it is the last on its connection,
 * so that nobody sends the next piece into one that is being closed. */
static void
test_upload_slow (void)
{
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autofree char *path = transfer_target ();
  g_autofree char *data = g_malloc0 (MIB);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  muri_v1_Uuid id;
  g_assert_true (muri_uuid_parse (TRANSFER_ID, &id));
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  agent_grants_announce (host->grants, &id, path, 4 * MIB);
  g_assert_cmpuint (status_of ("HEAD", host, PATH "/upload", NULL, NULL), ==, 200);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *head =
          g_strdup_printf ("PUT " PATH "/upload HTTP/1.1\r\nHost: a\r\nContent-Length: %u\r\n"
                           "Content-Range: bytes %u-%u/%u\r\n\r\n",
                           MIB, i * MIB, (i + 1) * MIB - 1, 4 * MIB);
      g_autoptr (GSocketConnection) connection =
          g_socket_client_connect_to_host (client, host->name, 0, NULL, NULL);
      g_autoptr (GDataInputStream) input =
          g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
      g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
      g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (input), FALSE);
      g_autofree char *answer = NULL;
      say_to (connection, head, strlen (head));
      muri_test_spend (0.3);
      say_to (connection, data, MIB / 2);
      muri_test_spend (0.1);
      say_to (connection, data + MIB / 2, MIB / 2);
      answer = hear (input);
      g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
      g_assert_nonnull (strstr (answer, "\nConnection: close\n"));
    }
}

/* ---- from an address ---- */

static void
expect_url (const char *url, const char *more, int status)
{
  g_autofree char *target = transfer_target ();
  g_autofree char *keys = g_strdup_printf ("url=%s\n%s", url, more);
  g_autoptr (TransferFetch) fetch = transfer_fetch_new (target, keys);
  transfer_fetch_await (fetch);
  g_assert_cmpint (fetch->status, ==, status);
}

static void
on_redirect (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_redirect (message, 302,
                                    g_str_equal (path, "/file") ? "file:///etc/passwd" : "/next");
}

static void
test_url (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (12);
  g_autoptr (TransferHost) host = transfer_host_new (4, 0);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autofree char *url = g_strdup_printf ("http://%s" PATH "/image", host->name);
  g_autofree char *sha256 = g_strdup_printf ("sha256=%s\n", image->sha256);
  g_autofree char *slow = g_strdup_printf ("url=%s\n%srate=%d\n", url, sha256, SLOW);
  g_autofree char *keys = g_strdup_printf ("url=%s\n%s", url, sha256);
  g_autofree char *target = transfer_target ();
  guint before;
  transfer_host_offer (host, image);
  {
    g_autoptr (TransferFetch) fetch = transfer_fetch_new (target, slow);
    muri_test_await (fetch->over || fetch->percent > 23, TRANSFER_DEADLINE);
    before = fetch->percent;
    transfer_fetch_kill9 (fetch);
  }
  g_autoptr (TransferFetch) fetch = transfer_fetch_new (target, keys);
  assert_done (fetch, image);
  g_assert_cmpuint (fetch->first_percent, >, before);

  expect_url (url, "sha256=0000000000000000000000000000000000000000000000000000000000000001\n", 3);
  expect_url (url, "size-max=1000000\n", 5);
  expect_url (url, "size=5\n", 5);
  expect_url ("file:///etc/passwd", "", 5);
  expect_url ("ftp://127.0.0.1/x", "", 5);
  expect_url ("nonsense", "", 5);
  soup_server_add_handler (server, NULL, on_redirect, NULL, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL);
  GSList *uris = soup_server_get_uris (server);
  g_autofree char *round = g_strdup_printf ("http://127.0.0.1:%d/", g_uri_get_port (uris->data));
  g_autofree char *local = g_strconcat (round, "file", NULL);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  expect_url (round, "", 5);
  expect_url (local, "", 5);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add_func ("/transfer/served", test_served);
  g_test_add_func ("/transfer/hostile-paths", test_hostile_paths);
  g_test_add_func ("/transfer/fetched", test_fetched);
  g_test_add_func ("/transfer/killed", test_killed);
  g_test_add_func ("/transfer/damaged-part", test_damaged_part);
  g_test_add_func ("/transfer/liar", test_liar);
  g_test_add_func ("/transfer/lying-map", test_lying_map);
  g_test_add_func ("/transfer/cut", test_cut);
  g_test_add_func ("/transfer/hostile-maps", test_hostile_maps);
  g_test_add_func ("/transfer/busy", test_busy);
  g_test_add_func ("/transfer/swarm", test_swarm);
  g_test_add_func ("/transfer/partial", test_partial);
  g_test_add_func ("/transfer/partial-facts", test_partial_facts);
  g_test_add_func ("/transfer/upload", test_upload);
  g_test_add_func ("/transfer/upload-slow", test_upload_slow);
  g_test_add_func ("/transfer/url", test_url);
  return muri_test_run ();
}
