/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test-papers.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <time.h>

#include "muri-test.h"

static void
make (const char *kind, const char *folder, const char *name)
{
  g_autofree char *program = g_build_filename (g_getenv ("MURI_SOURCE_ROOT"), "data", "security",
                                               "muri-certificate", NULL);
  const char *argv[] = { program, kind, folder, name, NULL };
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &said, &status,
                &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s: %s", program, said);
}

MuriTestPapers *
muri_test_papers_new (const char *name)
{
  MuriTestPapers *papers = g_new0 (MuriTestPapers, 1);

  papers->folder = g_strdup (muri_test_directory (name));
  papers->authority = g_build_filename (papers->folder, "authority.pem", NULL);
  make ("authority", papers->folder, NULL);
  return papers;
}

char *
muri_test_papers_add (MuriTestPapers *papers, const char *kind, const char *name)
{
  make (kind, papers->folder, name);
  return g_strconcat (kind, ".", name, NULL);
}

static void
read_pem (const char *path, gnutls_datum_t *data)
{
  g_assert_cmpint (gnutls_load_file (path, data), >=, 0);
}

static void
write_pem (const char *path, const gnutls_datum_t *data)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, (const char *)data->data, data->size, G_FILE_SET_CONTENTS_NONE,
                            0600, &error);
  g_assert_no_error (error);
}

static void
load_authority (MuriTestPapers *papers, gnutls_x509_crt_t *certificate, gnutls_x509_privkey_t *key)
{
  g_autofree char *key_path = g_build_filename (papers->folder, "authority.key", NULL);
  gnutls_datum_t data;

  gnutls_x509_crt_init (certificate);
  gnutls_x509_privkey_init (key);
  read_pem (papers->authority, &data);
  g_assert_cmpint (gnutls_x509_crt_import (*certificate, &data, GNUTLS_X509_FMT_PEM), >=, 0);
  gnutls_free (data.data);
  read_pem (key_path, &data);
  g_assert_cmpint (gnutls_x509_privkey_import2 (*key, &data, GNUTLS_X509_FMT_PEM, NULL, 0), >=, 0);
  gnutls_free (data.data);
}

void
muri_test_papers_forge (MuriTestPapers *papers, const char *name, const char *subject, gint64 from,
                        gint64 until)
{
  g_autofree char *certificate_path = muri_test_papers_certificate (papers, name);
  g_autofree char *key_path = muri_test_papers_key (papers, name);
  gnutls_x509_crt_t authority, certificate;
  gnutls_x509_privkey_t authority_key, key;
  gnutls_datum_t data;
  const guchar serial[] = { 1, 2, 3 };

  load_authority (papers, &authority, &authority_key);
  gnutls_x509_crt_init (&certificate);
  gnutls_x509_privkey_init (&key);
  g_assert_cmpint (gnutls_x509_privkey_generate (
                       key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                   >=, 0);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, serial, sizeof serial);
  gnutls_x509_crt_set_activation_time (certificate, time (NULL) + from);
  gnutls_x509_crt_set_expiration_time (certificate, time (NULL) + until);
  gnutls_x509_crt_set_key (certificate, key);
  g_assert_cmpint (gnutls_x509_crt_set_dn (certificate, subject, NULL), >=, 0);
  g_assert_cmpint (
      gnutls_x509_crt_sign2 (certificate, authority, authority_key, GNUTLS_DIG_SHA256, 0), >=, 0);

  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &data), >=, 0);
  write_pem (certificate_path, &data);
  gnutls_free (data.data);
  g_assert_cmpint (
      gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &data),
      >=, 0);
  write_pem (key_path, &data);
  gnutls_free (data.data);
  gnutls_x509_crt_deinit (authority);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (authority_key);
  gnutls_x509_privkey_deinit (key);
}

void
muri_test_papers_configure (MuriTestPapers *papers, const char *state_dir, const char *path)
{
  g_autofree char *node = g_build_filename (state_dir, "node", NULL);
  g_autofree char *uuid = NULL;
  g_autofree char *name = NULL;
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (node, &uuid, NULL, NULL));
  name = muri_test_papers_add (papers, "node", g_strstrip (uuid));
  certificate = muri_test_papers_certificate (papers, name);
  key = muri_test_papers_key (papers, name);
  text = g_strdup_printf ("[security]\ncertificate=%s\nkey=%s\nauthority=%s\n", certificate, key,
                          papers->authority);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

char *
muri_test_papers_certificate (MuriTestPapers *papers, const char *name)
{
  return g_strdup_printf ("%s/%s.pem", papers->folder, name);
}

char *
muri_test_papers_key (MuriTestPapers *papers, const char *name)
{
  return g_strdup_printf ("%s/%s.key", papers->folder, name);
}

void
muri_test_papers_free (MuriTestPapers *papers)
{
  g_free (papers->folder);
  g_free (papers->authority);
  g_free (papers);
}
