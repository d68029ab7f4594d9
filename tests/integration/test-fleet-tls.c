/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "muri-download.h"
#include "muri-http.h"
#include "muri-test-fleet.h"
#include "muri-test-papers.h"
#include "muri-upload.h"
#include "muri-uuid.h"

/* A console and agents that have certificates: two of the fleet's authority, and one without. */

#define N_AGENTS 3
#define SECONDS 60

enum
{
  FIRST,
  SECOND,
  PLAIN
};

static const char *const names[N_AGENTS] = { "seoul", "busan", "plain" };

typedef struct
{
  MuriTestAgent *agents[N_AGENTS];
  MuriFleet *fleet;
  MuriNode *nodes[N_AGENTS];
  MuriIdentity *operator;
  MuriIdentity *viewer;
  MuriIdentity *stranger; /* believes this fleet's authority, and is of another */
} Secure;

static MuriTestPapers *papers;
static MuriTestPapers *others;

static MuriIdentity *
load (MuriTestPapers *from, const char *kind, const char *name, const char *authority)
{
  g_autofree char *whole = muri_test_papers_add (from, kind, name);
  g_autofree char *certificate = muri_test_papers_certificate (from, whole);
  g_autofree char *key = muri_test_papers_key (from, whole);
  g_autoptr (GError) error = NULL;
  MuriIdentity *identity = muri_identity_load (certificate, key, authority, &error);

  g_assert_no_error (error);
  return identity;
}

static char *
join_authorities (void)
{
  char *path = g_build_filename (others->folder, "both.pem", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (papers->authority, &first, NULL, NULL));
  g_assert_true (g_file_get_contents (others->authority, &second, NULL, NULL));
  text = g_strconcat (first, second, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
start_agent (Secure *t, guint i)
{
  g_autofree char *uri = muri_test_node_file (names[i], 1, 1);
  g_autofree char *conf = g_build_filename (muri_test_directory ("conf"), names[i], NULL);
  g_autofree char *node = NULL;

  g_assert_true (g_file_set_contents (conf, "", -1, NULL));
  t->agents[i] = muri_test_agent_spawn (names[i], uri, "--config", conf, NULL);
  if (i == PLAIN)
    return;
  node = g_build_filename (muri_test_agent_get_state_dir (t->agents[i]), "journal.db", NULL);
  muri_test_await (g_file_test (node, G_FILE_TEST_EXISTS), SECONDS);
  muri_test_agent_kill9 (t->agents[i]);
  muri_test_papers_configure (papers, muri_test_agent_get_state_dir (t->agents[i]), conf);
  muri_test_agent_restart (t->agents[i]);
}

static void
set_up (Secure *t, gconstpointer data)
{
  g_autofree char *both = join_authorities ();

  for (guint i = 0; i < N_AGENTS; i++)
    start_agent (t, i);
  t->operator= load (papers, "operator", "alice", papers->authority);
  t->viewer = load (papers, "viewer", "bob", papers->authority);
  t->stranger = load (others, "operator", "eve", both);
  t->fleet = muri_test_fleet_new (muri_test_directory ("console"));
  for (guint i = 0; i < N_AGENTS; i++)
    {
      t->nodes[i] = muri_test_await_node (t->fleet, names[i], SECONDS);
      muri_test_await (muri_node_get_facts (t->nodes[i])->store[0] != '\0', SECONDS);
      g_assert_cmpint (muri_node_get_facts (t->nodes[i])->http_tls, ==, i != PLAIN);
    }
}

static void
tear_down (Secure *t, gconstpointer data)
{
  muri_test_fleet_free (t->fleet);
  for (guint i = 0; i < N_AGENTS; i++)
    muri_test_agent_free (t->agents[i]);
  muri_identity_unref (t->operator);
  muri_identity_unref (t->viewer);
  muri_identity_unref (t->stranger);
}

/* ---- asking one ---- */

static MuriHttpHost
host_of (MuriNode *node)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);

  return (MuriHttpHost){ facts->node, muri_node_get_name (node), facts->address, facts->http_port,
                         facts->http_tls };
}

/* NULL: the list of its history came */
static GError *
ask_host (const MuriHttpHost *host, MuriIdentity *identity)
{
  g_autoptr (SoupSession) session = muri_http_session_new (identity);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;

  muri_http_get_async (session, host, "/v1/history", 0, 0, NULL, 1 << 20, NULL,
                       muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  bytes = muri_http_get_finish (session, result, NULL, &error);
  g_assert_true ((bytes != NULL) == (error == NULL));
  return error;
}

static void
refuse (const MuriHttpHost *host, MuriIdentity *identity, guint code, const char *says)
{
  g_autoptr (GError) error = ask_host (host, identity);

  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_error (error, MURI_HTTP_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_asked (Secure *t, gconstpointer data)
{
  g_autoptr (MuriIdentity) unusable = muri_identity_new_unusable ();
  MuriHttpHost secure = host_of (t->nodes[FIRST]);
  MuriHttpHost plain = host_of (t->nodes[PLAIN]);
  MuriHttpHost impostor = secure;
  MuriHttpHost liar = secure;
  g_autoptr (GError) liar_error = NULL;

  impostor.node = muri_node_get_facts (t->nodes[SECOND])->node;
  liar.secure = FALSE;
  g_assert_no_error (ask_host (&secure, t->operator));
  g_assert_no_error (ask_host (&secure, t->viewer));
  g_assert_no_error (ask_host (&plain, NULL));

  refuse (&secure, NULL, MURI_HTTP_ERROR_NO_CERTIFICATE, "seoul answers only consoles");
  refuse (&secure, unusable, MURI_HTTP_ERROR_NO_CERTIFICATE, "cannot be used");
  refuse (&plain, unusable, MURI_HTTP_ERROR_NO_CERTIFICATE, "cannot be used");
  refuse (&plain, t->operator, MURI_HTTP_ERROR_PLAIN, "plain speaks without security");
  refuse (&secure, t->stranger, MURI_HTTP_ERROR_REJECTED,
          "seoul does not accept this console’s certificate");
  refuse (&impostor, t->operator, MURI_HTTP_ERROR_DOUBTED, "somebody else answers");
  liar_error = ask_host (&liar, NULL);
  g_assert_nonnull (liar_error);
}

static void
on_notice (MuriFleet *fleet, const char *text, char **kept)
{
  g_free (*kept);
  *kept = g_strdup (text);
}

/* A person is told once, and not for each host. */
static void
test_told (Secure *t, gconstpointer data)
{
  g_autofree char *kept = NULL;

  g_signal_connect (t->fleet, "notice", G_CALLBACK (on_notice), &kept);
  muri_fleet_set_identity (t->fleet, t->stranger);
  muri_test_await (kept != NULL, SECONDS);
  g_test_message ("%s", kept);
  g_assert_true (strstr (kept, "does not accept this console’s certificate") != NULL
                 || strstr (kept, "plain speaks without security") != NULL);
  g_signal_handlers_disconnect_by_data (t->fleet, &kept);
}

/* ---- templates ---- */

static MuriImageFile *
make_image (void)
{
  g_autofree char *path = g_build_filename (muri_test_directory ("image"), "disk.qcow2", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  MuriImageFile *image;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "qemu-img", "create", "-f",
                              "qcow2", path, "64M", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  muri_image_file_read_async (file, NULL, NULL, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  image = muri_image_file_read_finish (result, &error);
  g_assert_no_error (error);
  return image;
}

static MuriOperation *
ask (Secure *t, MuriRequest *request)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MuriOperation *operation;

  muri_fleet_request_async (t->fleet, request, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  operation = muri_fleet_submit_finish (t->fleet, result, &error);
  g_assert_no_error (error);
  return operation;
}

static MuriOperation *
announce (Secure *t, const MuriImageFile *image, const char *id)
{
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_RECEIVE_TEMPLATE);
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, image->size);

  muri_request_add_node (request, t->nodes[FIRST]);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, id);
  muri_request_set_parameter (request, MURI_PARAMETER_NAME, "sent");
  muri_request_set_parameter (request, MURI_PARAMETER_SIZE, size);
  muri_request_set_parameter (request, MURI_PARAMETER_SHA256, image->sha256);
  muri_request_set_parameter (request, MURI_PARAMETER_FORMAT, image->format);
  return ask (t, request);
}

static gboolean
upload (Secure *t, const MuriImageFile *image, const char *id, MuriIdentity *identity,
        GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  muri_upload_async (image, t->nodes[FIRST], id, identity, NULL, NULL, NULL, muri_test_keep_result,
                     &result);
  muri_test_await (result != NULL, SECONDS);
  return muri_upload_finish (result, error);
}

static gboolean
download (MuriTemplate *template, MuriIdentity *identity, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) file = g_file_new_build_filename (muri_test_directory ("copy"), "copy", NULL);

  muri_download_async (template, file, identity, NULL, NULL, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  return muri_download_finish (result, error);
}

static void
fetch (Secure *t, MuriTemplate *template, guint node, gboolean done)
{
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_FETCH_TEMPLATE);
  g_autoptr (MuriOperation) operation = NULL;

  muri_request_add_node (request, t->nodes[node]);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, muri_template_get_id (template));
  operation = ask (t, request);
  muri_test_await_finished (operation, SECONDS);
  if (!done)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), 0);

      g_assert_nonnull (strstr (muri_target_get_message (target), "with security only"));
    }
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, done);
}

/* A console sends an image, an agent gets it of the first one, and a console takes it back. */
static void
test_images (Secure *t, gconstpointer data)
{
  g_autoptr (MuriImageFile) image = make_image ();
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (MuriOperation) operation = announce (t, image, id);
  g_autoptr (GError) viewer = NULL, anonymous = NULL, stranger = NULL, error = NULL;
  MuriTemplate *template;

  g_assert_false (upload (t, image, id, t->viewer, &viewer));
  g_assert_error (viewer, MURI_HTTP_ERROR, MURI_HTTP_ERROR_FORBIDDEN);
  g_assert_nonnull (strstr (viewer->message, "seoul does not allow that to viewer.bob"));
  g_assert_false (upload (t, image, id, NULL, &anonymous));
  g_assert_error (anonymous, MURI_HTTP_ERROR, MURI_HTTP_ERROR_NO_CERTIFICATE);
  upload (t, image, id, t->operator, & error);
  g_assert_no_error (error);
  muri_test_await_finished (operation, SECONDS);
  muri_test_await ((template = muri_fleet_find_template (t->fleet, id)) != NULL
                       && muri_template_is_available (template),
                   SECONDS);

  fetch (t, template, SECOND, TRUE);
  fetch (t, template, PLAIN, FALSE);
  muri_test_await (muri_template_get_n_ready (template) == 2, SECONDS);

  g_assert_false (download (template, t->viewer, &stranger));
  g_assert_error (stranger, MURI_HTTP_ERROR, MURI_HTTP_ERROR_FORBIDDEN);
  download (template, t->operator, & error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  int result;

  muri_test_init (&argc, &argv);
  papers = muri_test_papers_new ("papers");
  others = muri_test_papers_new ("others");
  g_test_add ("/fleet/tls/asked", Secure, NULL, set_up, test_asked, tear_down);
  g_test_add ("/fleet/tls/told", Secure, NULL, set_up, test_told, tear_down);
  g_test_add ("/fleet/tls/images", Secure, NULL, set_up, test_images, tear_down);
  result = muri_test_run ();
  muri_test_papers_free (papers);
  muri_test_papers_free (others);
  return result;
}
