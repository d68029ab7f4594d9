/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#include "muri-test.h"
#include "muri-uuid.h"
#include "transfer-fixture.h"

#define PATH "/v1/templates/" TRANSFER_ID
#define DAY (24 * 60 * 60)

/* What somebody with a certificate hears; the status is 0 where nothing is said at all. */
typedef struct
{
  guint status;
  char *text;
  char *sources;
} Heard;

static void
heard_clear (Heard *heard)
{
  g_free (heard->text);
  g_free (heard->sources);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Heard, heard_clear)

static MuriTestPapers *papers;
static MuriTestPapers *others;

static gboolean
accept_any (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags flags,
            gpointer data)
{
  return TRUE;
}

static void
show_certificate (SoupMessage *message, MuriTestPapers *from, const char *name)
{
  g_autofree char *path = muri_test_papers_certificate (from, name);
  g_autofree char *key = muri_test_papers_key (from, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (path, key, &error);
  g_assert_no_error (error);
  soup_message_set_tls_client_certificate (message, certificate);
}

/* @name: whose certificate is shown; NULL: none */
static Heard
ask (const char *scheme, const char *method, const TransferHost *host, const char *path,
     MuriTestPapers *from, const char *name, const char *port)
{
  g_autofree char *uri = g_strdup_printf ("%s://%s%s", scheme, host->name, path);
  g_autoptr (SoupSession) session =
      soup_session_new_with_options ("timeout", TRANSFER_DEADLINE, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  Heard heard = { 0 };

  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_any), NULL);
  if (name != NULL)
    show_certificate (message, from, name);
  if (port != NULL)
    soup_message_headers_append (headers, "Muri-Port", port);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL,
                                    muri_test_keep_result, &result);
  muri_test_await (result != NULL, TRANSFER_DEADLINE);
  bytes = soup_session_send_and_read_finish (session, result, &error);
  if (bytes == NULL)
    {
      g_test_message ("%s %s: %s", scheme, name, error->message);
      return heard;
    }
  heard.status = soup_message_get_status (message);
  heard.text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  heard.sources = g_strdup (
      soup_message_headers_get_list (soup_message_get_response_headers (message), "Muri-Sources"));
  return heard;
}

static guint
status_of (const char *method, const TransferHost *host, const char *path, const char *name)
{
  g_auto (Heard) heard = ask ("https", method, host, path, papers, name, NULL);
  return heard.status;
}

static TransferFetch *
fetch_as (MuriTestPapers *from, const char *name, const TransferImage *image, const char *sources)
{
  g_autofree char *target = transfer_target ();
  g_autofree char *certificate = muri_test_papers_certificate (from, name);
  g_autofree char *key = muri_test_papers_key (from, name);
  g_autofree char *keys = g_strdup_printf (
      "template=" TRANSFER_ID "\nsha256=%s\nsources=%s\ncertificate=%s\nkey=%s\nauthority=%s\n",
      image->sha256, sources, certificate, key, from->authority);
  return transfer_fetch_new (target, keys);
}

static char *
new_node (MuriTestPapers *from)
{
  g_autofree char *uuid = g_uuid_string_random ();
  return muri_test_papers_add (from, "node", uuid);
}

static void
assert_failed (TransferFetch *fetch, const char *says)
{
  transfer_fetch_await (fetch);
  g_assert_cmpint (fetch->status, !=, 0);
  g_assert_nonnull (fetch->last);
  if (strstr (fetch->last, says) == NULL)
    g_error ("“%s” does not say “%s”", fetch->last, says);
}

/* ---- what works ---- */

static void
test_fetched (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) first = transfer_host_new_secure (4, 0, papers);
  g_autoptr (TransferHost) second = transfer_host_new_secure (4, 0, papers);
  g_autofree char *sources = g_strconcat (first->source, " ", second->source, NULL);
  g_autofree char *node = new_node (papers);
  g_autofree char *done =
      g_strdup_printf ("done %s %" G_GUINT64_FORMAT, image->sha256, image->size);
  transfer_host_offer (first, image);
  transfer_host_offer (second, image);
  g_autoptr (TransferFetch) fetch = fetch_as (papers, node, image, sources);
  transfer_fetch_await (fetch);
  g_assert_cmpstr (fetch->last, ==, done);
  transfer_assert_same (fetch->target, image);
}

/* Who serves what it got is named with its node, so that it can be asked; persons are not. */
static void
test_referred (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *node = muri_test_papers_add (papers, "node", uuid);
  g_autofree char *person = muri_test_papers_add (papers, "operator", "referred");
  g_autofree char *expected = g_strdup_printf ("%s@127.0.0.1:4711", uuid);
  g_autofree char *link_expected = g_strdup_printf (">https://%s" PATH "/image<", host->name);
  transfer_host_offer (host, image);
  g_auto (Heard) one = ask ("https", "GET", host, PATH "/chunks/0", papers, node, "4711");
  g_auto (Heard) two = ask ("https", "GET", host, PATH "/chunks/0", papers, person, "4712");
  g_auto (Heard) three = ask ("https", "GET", host, PATH, papers, person, NULL);
  g_auto (Heard) link = ask ("https", "GET", host, PATH ".meta4", papers, person, NULL);
  g_assert_cmpuint (one.status, ==, 200);
  g_assert_null (one.sources);
  g_assert_cmpuint (two.status, ==, 200);
  g_assert_cmpstr (three.sources, ==, expected);
  g_assert_nonnull (strstr (link.text, link_expected));
  g_assert_nonnull (strstr (link.text, ">https://127.0.0.1:4711" PATH "/image<"));
  g_assert_null (strstr (link.text, "http://"));
}

static void
test_rights (void)
{
  static const struct
  {
    const char *method, *path;
    guint node, operator, viewer;
  } cases[] = {
    { "GET", "/v1/history", 403, 404, 404 },
    { "GET", PATH, 200, 200, 200 },
    { "GET", PATH "/description", 200, 200, 200 },
    { "GET", PATH "/chunks", 200, 200, 200 },
    { "GET", PATH ".meta4", 200, 200, 200 },
    { "GET", PATH "/chunks/0", 200, 200, 403 },
    { "HEAD", PATH "/image", 200, 200, 403 },
    { "GET", PATH "/image", 200, 200, 403 },
    { "HEAD", PATH "/upload", 403, 404, 403 },
    { "PUT", PATH "/upload", 403, 404, 403 },
    { "GET", "/", 403, 404, 404 },
  };
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *node = new_node (papers);
  g_autofree char *operator= muri_test_papers_add (papers, "operator", "rights");
  g_autofree char *viewer = muri_test_papers_add (papers, "viewer", "rights");
  transfer_host_offer (host, image);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s %s", cases[i].method, cases[i].path);
      g_assert_cmpuint (status_of (cases[i].method, host, cases[i].path, node), ==, cases[i].node);
      g_assert_cmpuint (status_of (cases[i].method, host, cases[i].path, operator), ==,
                        cases[i].operator);
      g_assert_cmpuint (status_of (cases[i].method, host, cases[i].path, viewer), ==,
                        cases[i].viewer);
    }
}

/* ---- who is not let in ---- */

static void
test_strangers (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *foreign = muri_test_papers_add (others, "operator", "alice");
  g_autofree char *good = muri_test_papers_add (papers, "operator", "stranger");
  static const char *const forged[][2] = {
    { "alice", "CN=alice" },
    { "no-node", "CN=node.host-1" },
    { "two", "CN=operator.a,CN=operator.b" },
    { "nobody", "O=operator.alice" },
  };
  transfer_host_offer (host, image);
  for (guint i = 0; i < G_N_ELEMENTS (forged); i++)
    {
      muri_test_papers_forge (papers, forged[i][0], forged[i][1], -DAY, DAY);
      g_assert_cmpuint (status_of ("GET", host, PATH, forged[i][0]), ==, 401);
    }
  muri_test_papers_forge (papers, "expired", "CN=operator.expired", -2 * DAY, -DAY);
  muri_test_papers_forge (papers, "early", "CN=operator.early", DAY, 2 * DAY);
  g_assert_cmpuint (status_of ("GET", host, PATH, "expired"), ==, 401);
  g_assert_cmpuint (status_of ("GET", host, PATH, "early"), ==, 401);
  g_assert_cmpuint (status_of ("GET", host, PATH, NULL), ==, 401);
  g_auto (Heard) alien = ask ("https", "GET", host, PATH, others, foreign, NULL);
  g_assert_cmpuint (alien.status, ==, 401);
  g_assert_cmpstr (alien.text, ==, "its certificate is not signed by the authority\n");
  g_auto (Heard) plain = ask ("http", "GET", host, PATH, NULL, NULL, NULL);
  g_assert_cmpuint (plain.status, ==, 0);

  /* And the next one is. */
  g_assert_cmpuint (status_of ("GET", host, PATH, good), ==, 200);
}

/* ---- whom a host does not ask ---- */

/* A certificate of the same authority, but of another node. */
static void
test_impostor (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *wanted = g_uuid_string_random ();
  g_autofree char *source = g_strdup_printf ("%s@%s", wanted, host->name);
  g_autofree char *node = new_node (papers);
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = fetch_as (papers, node, image, source);
  assert_failed (fetch, "another than it should be");
}

static void
test_foreign (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, others);
  g_autofree char *node = new_node (papers);
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = fetch_as (papers, node, image, host->source);
  assert_failed (fetch, "is not signed by the authority");
}

/* It believes the host, and the host does not believe it. */
static void
test_not_believed (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *node = new_node (others);
  g_autofree char *both = g_build_filename (others->folder, "both.pem", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *text = NULL;
  MuriTestPapers naive = { .folder = others->folder, .authority = both };
  g_assert_true (g_file_get_contents (papers->authority, &first, NULL, NULL));
  g_assert_true (g_file_get_contents (others->authority, &second, NULL, NULL));
  text = g_strconcat (first, second, NULL);
  g_assert_true (g_file_set_contents (both, text, -1, NULL));
  transfer_host_offer (host, image);
  g_autoptr (TransferFetch) fetch = fetch_as (&naive, node, image, host->source);
  assert_failed (fetch, "does not accept this host's certificate");
}

/* No way back to what is not secure, on either side. */
static void
test_downgrade (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) secure = transfer_host_new_secure (4, 0, papers);
  g_autoptr (TransferHost) plain = transfer_host_new (4, 0);
  g_autofree char *node = new_node (papers);
  g_autofree char *target = transfer_target ();
  transfer_host_offer (secure, image);
  transfer_host_offer (plain, image);
  g_autoptr (TransferFetch) one = fetch_as (papers, node, image, plain->source);
  assert_failed (one, "speaks without security");
  g_autoptr (TransferFetch) two = transfer_fetch_from (target, image, 0, secure->source, 0);
  assert_failed (two, "speaks with security only");
}

static void
test_expired (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *subject = g_strconcat ("CN=node.", uuid, NULL);
  transfer_host_offer (host, image);
  muri_test_papers_forge (papers, "gone", subject, -2 * DAY, -DAY);
  g_autoptr (TransferFetch) fetch = fetch_as (papers, "gone", image, host->source);
  assert_failed (fetch, "expired on");
}

/* ---- what is too old ---- */

/* What openssl hears, which can still speak as was usual once. */
static char *
speak (const TransferHost *host, const char *name, const char *version)
{
  static const char request[] = "GET " PATH " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  g_autofree char *certificate = muri_test_papers_certificate (papers, name);
  g_autofree char *key = muri_test_papers_key (papers, name);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  g_autoptr (GSubprocess) client =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                            | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                        &error, "openssl", "s_client", "-quiet", "-connect", host->name, version,
                        "-cipher", "ALL:@SECLEVEL=0", "-cert", certificate, "-key", key, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (client, request, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, TRANSFER_DEADLINE);
  g_subprocess_communicate_utf8_finish (client, result, &text, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %s", version, text);
  return text;
}

static void
test_old (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *person = muri_test_papers_add (papers, "operator", "old");
  transfer_host_offer (host, image);
  g_autofree char *new = speak (host, person, "-tls1_2");
  g_autofree char *old = speak (host, person, "-tls1_1");
  g_autofree char *oldest = speak (host, person, "-tls1");
  g_assert_nonnull (strstr (new, "HTTP/1.1 200"));
  g_assert_null (strstr (old, "HTTP/1.1"));
  g_assert_null (strstr (oldest, "HTTP/1.1"));
}

/* ---- files that are gone while it runs ---- */

typedef struct
{
  char *there;
  char *away;
} Key;

static void
on_message (const char *domain, GLogLevelFlags level, const char *text, gpointer user_data)
{
  const Key *key = user_data;
  g_test_message ("%s", text);
  if (strstr (text, "has ended") != NULL)
    g_rename (key->away, key->there);
}

/* Who calls meanwhile is answered when it is there again, without a restart. */
static void
test_key_gone (void)
{
  g_autoptr (TransferImage) image = transfer_image_new (1);
  g_autoptr (TransferHost) host = transfer_host_new_secure (4, 0, papers);
  g_autofree char *person = muri_test_papers_add (papers, "operator", "patient");
  g_autofree char *there = muri_test_papers_key (papers, host->subject);
  g_autofree char *away = g_strconcat (there, ".away", NULL);
  Key key = { there, away };
  guint handler = g_log_set_handler ("muri-agent", G_LOG_LEVEL_MESSAGE, on_message, &key);
  transfer_host_offer (host, image);
  g_assert_cmpint (g_rename (there, away), ==, 0);
  g_assert_cmpuint (status_of ("GET", host, PATH, person), ==, 200);
  g_assert_false (g_file_test (away, G_FILE_TEST_EXISTS));
  g_log_remove_handler ("muri-agent", handler);
}

/* What its log says of that. */
static void
test_key_unreadable (void)
{
  g_autofree char *node = new_node (papers);
  g_autofree char *certificate = muri_test_papers_certificate (papers, node);
  g_autofree char *key = g_build_filename (papers->folder, "none.key", NULL);
  g_autofree char *folder = g_path_get_dirname (g_getenv ("MURI_TEST_AGENT"));
  g_autofree char *program = g_build_filename (folder, "muri-agent-http", NULL);
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_subprocess_launcher_take_fd (launcher, fd, 3);
  g_autoptr (GSubprocess) server = g_subprocess_launcher_spawn (
      launcher, &error, program, "--node", TRANSFER_ID, "--certificate", certificate, "--key", key,
      "--authority", papers->authority, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (server, NULL, NULL, NULL, &said, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (server), ==, 1);
  g_test_message ("%s", said);
  g_assert_nonnull (strstr (said, "[security] nobody is answered until this is mended: "));
  g_assert_nonnull (strstr (said, key));
}

int
main (int argc, char **argv)
{
  int result;

  muri_test_init (&argc, &argv);
  papers = muri_test_papers_new ("papers");
  others = muri_test_papers_new ("others");
  g_test_add_func ("/tls/fetched", test_fetched);
  g_test_add_func ("/tls/referred", test_referred);
  g_test_add_func ("/tls/rights", test_rights);
  g_test_add_func ("/tls/strangers", test_strangers);
  g_test_add_func ("/tls/impostor", test_impostor);
  g_test_add_func ("/tls/foreign", test_foreign);
  g_test_add_func ("/tls/not-believed", test_not_believed);
  g_test_add_func ("/tls/downgrade", test_downgrade);
  g_test_add_func ("/tls/expired", test_expired);
  g_test_add_func ("/tls/old", test_old);
  g_test_add_func ("/tls/key-gone", test_key_gone);
  g_test_add_func ("/tls/key-unreadable", test_key_unreadable);
  result = muri_test_run ();
  muri_test_papers_free (papers);
  muri_test_papers_free (others);
  return result;
}
