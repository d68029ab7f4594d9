/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "muri-identity.h"
#include "muri-source.h"
#include "muri-test-papers.h"
#include "muri-test.h"
#include "muri-uuid.h"

#define DAY (24 * 60 * 60)
#define NODE "11111111-2222-4333-8444-555555555555"

static MuriTestPapers *papers;
static MuriTestPapers *others;

static MuriIdentity *
load (MuriTestPapers *from, const char *name, const char *key_name, const char *authority,
      GError **error)
{
  g_autofree char *certificate = muri_test_papers_certificate (from, name);
  g_autofree char *key = muri_test_papers_key (from, key_name);

  return muri_identity_load (certificate, key, authority, error);
}

static void
put (const char *path, const char *text)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* ---- what is loaded ---- */

static void
test_loaded (void)
{
  g_autofree char *name = muri_test_papers_add (papers, "node", NODE);
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriIdentity) identity = load (papers, name, name, papers->authority, &error);
  gint64 left;

  g_assert_no_error (error);
  g_assert_cmpstr (muri_identity_get_name (identity), ==, "node." NODE);
  left = muri_identity_get_expiry (identity) - g_get_real_time () / G_USEC_PER_SEC;
  g_assert_cmpint (left, >, 364 * DAY);
  g_assert_cmpint (left, <, 366 * DAY);
  g_assert_nonnull (muri_identity_get_certificate (identity));
}

static void
refuse (const char *name, const char *key, const char *authority, guint code, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriIdentity) identity = load (papers, name, key, authority, &error);

  g_assert_null (identity);
  g_test_message ("%s", error->message);
  g_assert_error (error, MURI_IDENTITY_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_refused (void)
{
  g_autofree char *name = muri_test_papers_add (papers, "operator", "alice");
  g_autofree char *second = muri_test_papers_add (papers, "operator", "bob");
  g_autofree char *nonsense = muri_test_papers_certificate (papers, "nonsense");
  g_autofree char *nonsense_key = muri_test_papers_key (papers, "nonsense");
  g_autofree char *leaf = muri_test_papers_certificate (papers, name);

  put (nonsense, "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n");
  put (nonsense_key, "a key");
  muri_test_papers_forge (papers, "old", "CN=operator.old", -2 * DAY, -DAY);
  muri_test_papers_forge (papers, "early", "CN=operator.early", DAY, 2 * DAY);
  muri_test_papers_forge (papers, "kind", "CN=alice", -DAY, DAY);
  muri_test_papers_forge (papers, "none", "O=operator.alice", -DAY, DAY);
  muri_test_papers_forge (papers, "two", "CN=operator.alice,CN=node." NODE, -DAY, DAY);

  refuse ("absent", name, papers->authority, MURI_IDENTITY_ERROR_CERTIFICATE, "absent.pem");
  refuse ("nonsense", name, papers->authority, MURI_IDENTITY_ERROR_CERTIFICATE, "nonsense.pem");
  refuse (name, "absent", papers->authority, MURI_IDENTITY_ERROR_KEY, "absent.key");
  refuse (name, "nonsense", papers->authority, MURI_IDENTITY_ERROR_KEY, "nonsense.key");
  refuse (name, second, papers->authority, MURI_IDENTITY_ERROR_MISMATCH, "operator.bob.key");
  refuse (name, name, "/nonexistent/authority.pem", MURI_IDENTITY_ERROR_AUTHORITY, "authority.pem");
  refuse (name, name, nonsense, MURI_IDENTITY_ERROR_AUTHORITY, "nonsense.pem");
  refuse (name, name, leaf, MURI_IDENTITY_ERROR_AUTHORITY, "may not sign");
  refuse (name, name, others->authority, MURI_IDENTITY_ERROR_FOREIGN, "not signed");
  refuse ("old", "old", papers->authority, MURI_IDENTITY_ERROR_EXPIRED, "expired on 20");
  refuse ("early", "early", papers->authority, MURI_IDENTITY_ERROR_EARLY, "only from 20");
  refuse ("kind", "kind", papers->authority, MURI_IDENTITY_ERROR_NAME, "“alice”");
  refuse ("none", "none", papers->authority, MURI_IDENTITY_ERROR_NAME, "nobody");
  refuse ("two", "two", papers->authority, MURI_IDENTITY_ERROR_NAME, "nobody");
}

static void
test_curve (void)
{
  g_autofree char *name = muri_test_papers_add (papers, "operator", "carol");
  g_autofree char *key = muri_test_papers_key (papers, "p384");
  const char *argv[] = { "openssl", "genpkey",  "-algorithm",
                         "EC",      "-pkeyopt", "ec_paramgen_curve:P-384",
                         "-out",    key,        NULL };

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  refuse (name, "p384", papers->authority, MURI_IDENTITY_ERROR_CURVE, "P-256");
}

static void
test_password (void)
{
  g_autofree char *name = muri_test_papers_add (papers, "operator", "dave");
  g_autofree char *plain = muri_test_papers_key (papers, name);
  g_autofree char *key = muri_test_papers_key (papers, "locked");
  const char *argv[] = { "openssl",  "pkey",        "-in",  plain, "-aes256",
                         "-passout", "pass:secret", "-out", key,   NULL };

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  refuse (name, "locked", papers->authority, MURI_IDENTITY_ERROR_KEY, "has a password");
}

/* ---- others ---- */

static GTlsCertificate *
peer (MuriTestPapers *from, const char *name)
{
  g_autofree char *path = muri_test_papers_certificate (from, name);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
doubt (MuriIdentity *identity, MuriTestPapers *from, const char *name, guint code)
{
  g_autoptr (GTlsCertificate) certificate = name != NULL ? peer (from, name) : NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (muri_identity_judge (identity, certificate, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, MURI_IDENTITY_ERROR, (int)code);
}

static void
test_judged (void)
{
  g_autofree char *own = muri_test_papers_add (papers, "operator", "erin");
  g_autofree char *node = muri_test_papers_add (papers, "node", NODE);
  g_autofree char *viewer = muri_test_papers_add (papers, "viewer", "frank");
  g_autofree char *foreign = muri_test_papers_add (others, "node", NODE);
  g_autoptr (MuriIdentity) identity = load (papers, own, own, papers->authority, NULL);
  g_autoptr (GTlsCertificate) certificate = peer (papers, node);
  g_autoptr (GTlsCertificate) person = peer (papers, viewer);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = muri_identity_judge (identity, certificate, NULL);
  g_autofree char *other = muri_identity_judge (identity, person, NULL);
  muri_v1_Uuid uuid;

  g_assert_cmpstr (name, ==, "node." NODE);
  g_assert_cmpstr (other, ==, "viewer.frank");
  g_assert_true (muri_uuid_parse (NODE, &uuid));
  g_assert_true (muri_identity_judge_node (identity, certificate, &uuid, NULL));
  g_assert_false (muri_identity_judge_node (identity, person, &uuid, NULL));
  uuid.b[3] ^= 1;
  g_assert_false (muri_identity_judge_node (identity, certificate, &uuid, &error));
  g_assert_error (error, MURI_IDENTITY_ERROR, MURI_IDENTITY_ERROR_NAME);

  muri_test_papers_forge (papers, "expired", "CN=node." NODE, -2 * DAY, -DAY);
  muri_test_papers_forge (papers, "later", "CN=node." NODE, DAY, 2 * DAY);
  muri_test_papers_forge (papers, "no-uuid", "CN=node.host-1", -DAY, DAY);
  muri_test_papers_forge (papers, "many", "CN=operator.a,CN=operator.b", -DAY, DAY);
  doubt (identity, papers, NULL, MURI_IDENTITY_ERROR_CERTIFICATE);
  doubt (identity, others, foreign, MURI_IDENTITY_ERROR_FOREIGN);
  doubt (identity, others, "authority", MURI_IDENTITY_ERROR_FOREIGN);
  doubt (identity, papers, "authority", MURI_IDENTITY_ERROR_NAME);
  doubt (identity, papers, "expired", MURI_IDENTITY_ERROR_EXPIRED);
  doubt (identity, papers, "later", MURI_IDENTITY_ERROR_EARLY);
  doubt (identity, papers, "no-uuid", MURI_IDENTITY_ERROR_NAME);
  doubt (identity, papers, "many", MURI_IDENTITY_ERROR_NAME);
}

/* One authority after the other: both are believed for a while. */
static void
test_replaced (void)
{
  g_autofree char *own = muri_test_papers_add (papers, "operator", "grace");
  g_autofree char *node = muri_test_papers_add (others, "node", NODE);
  g_autofree char *both = g_build_filename (papers->folder, "both.pem", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  g_autoptr (MuriIdentity) identity = NULL;
  g_autoptr (GTlsCertificate) certificate = peer (others, node);

  g_assert_true (g_file_get_contents (papers->authority, &first, NULL, NULL));
  g_assert_true (g_file_get_contents (others->authority, &second, NULL, NULL));
  text = g_strconcat (first, second, NULL);
  put (both, text);
  identity = load (papers, own, own, both, NULL);
  name = muri_identity_judge (identity, certificate, NULL);
  g_assert_cmpstr (name, ==, "node." NODE);
}

/* ---- names ---- */

static void
test_names (void)
{
  muri_v1_Uuid node;

  g_assert_cmpint (muri_identity_parse_name ("node." NODE, &node), ==, MURI_IDENTITY_NODE);
  g_assert_cmpint (node.b[0], ==, 0x11);
  g_assert_cmpint (muri_identity_parse_name ("operator.alice", &node), ==, MURI_IDENTITY_OPERATOR);
  g_assert_true (muri_uuid_is_zero (&node));
  g_assert_cmpint (muri_identity_parse_name ("viewer.x", NULL), ==, MURI_IDENTITY_VIEWER);
  g_assert_cmpint (muri_identity_parse_name ("viewer.", NULL), ==, MURI_IDENTITY_UNKNOWN);
  g_assert_cmpint (muri_identity_parse_name ("operator.a\nb", NULL), ==, MURI_IDENTITY_UNKNOWN);
  g_assert_cmpint (muri_identity_parse_name ("node.x", NULL), ==, MURI_IDENTITY_UNKNOWN);
  g_assert_cmpint (muri_identity_parse_name ("node.00000000-0000-0000-0000-000000000000", NULL), ==,
                   MURI_IDENTITY_UNKNOWN);
  g_assert_cmpint (muri_identity_parse_name ("Muri authority", NULL), ==, MURI_IDENTITY_UNKNOWN);
}

static void
test_sources (void)
{
  muri_v1_Uuid node;
  g_autofree char *plain = muri_source_format (NULL, "10.0.0.1", 80);
  g_autofree char *secure = NULL;

  g_assert_cmpstr (plain, ==, "10.0.0.1:80");
  g_assert_cmpstr (muri_source_parse (plain, &node), ==, plain);
  g_assert_true (muri_uuid_is_zero (&node));
  g_assert_true (muri_uuid_parse (NODE, &node));
  secure = muri_source_format (&node, "fe80::1", 443);
  g_assert_cmpstr (secure, ==, NODE "@[fe80::1]:443");
  g_assert_cmpstr (muri_source_parse (secure, &node), ==, "[fe80::1]:443");
  g_assert_cmpint (node.b[0], ==, 0x11);
  g_assert_null (muri_source_parse ("x@10.0.0.1:80", &node));
  g_assert_null (muri_source_parse ("00000000-0000-0000-0000-000000000000@10.0.0.1:80", &node));
}

int
main (int argc, char **argv)
{
  int result;

  muri_test_init (&argc, &argv);
  papers = muri_test_papers_new ("papers");
  others = muri_test_papers_new ("others");
  g_test_add_func ("/identity/loaded", test_loaded);
  g_test_add_func ("/identity/refused", test_refused);
  g_test_add_func ("/identity/curve", test_curve);
  g_test_add_func ("/identity/password", test_password);
  g_test_add_func ("/identity/judged", test_judged);
  g_test_add_func ("/identity/replaced", test_replaced);
  g_test_add_func ("/identity/names", test_names);
  g_test_add_func ("/identity/sources", test_sources);
  result = muri_test_run ();
  muri_test_papers_free (papers);
  muri_test_papers_free (others);
  return result;
}
