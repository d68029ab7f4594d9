/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-identity.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

#include "muri-uuid.h"

#define NODE "node."
#define OPERATOR "operator."
#define VIEWER "viewer."

/* Of a subject: X.520 has no longer common names. */
#define NAME_MAX_BYTES 64

/* Certificates of authorities in one file: the next one while the last one is replaced. */
#define AUTHORITIES_MAX 8

struct _MuriIdentity
{
  gatomicrefcount references;
  char *name;
  gint64 expiry;
  GTlsCertificate *certificate;
  gnutls_x509_crt_t *authorities;
  guint n_authorities;
};

G_DEFINE_QUARK (muri - identity - error - quark, muri_identity_error)

typedef struct gnutls_x509_crt_int Certificate;
typedef struct gnutls_x509_privkey_int Key;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Certificate, gnutls_x509_crt_deinit)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Key, gnutls_x509_privkey_deinit)

G_GNUC_PRINTF (3, 4)
static gboolean
fail (GError **error, MuriIdentityError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (MURI_IDENTITY_ERROR, (int)code, format, args);
  va_end (args);
  return FALSE;
}

/* ---- files ---- */

static gboolean
read_file (const char *path, MuriIdentityError code, char **text, gsize *length, GError **error)
{
  g_autoptr (GError) local = NULL;

  return g_file_get_contents (path, text, length, &local)
         || fail (error, code, "%s", local->message);
}

static Certificate *
parse_certificate (const char *path, const char *text, gsize length, GError **error)
{
  const gnutls_datum_t data = { (guchar *)text, (unsigned)length };
  g_autoptr (Certificate) certificate = NULL;

  if (gnutls_x509_crt_init (&certificate) < 0
      || gnutls_x509_crt_import (certificate, &data, GNUTLS_X509_FMT_PEM) < 0)
    {
      fail (error, MURI_IDENTITY_ERROR_CERTIFICATE, "“%s” is no certificate in PEM", path);
      return NULL;
    }
  return g_steal_pointer (&certificate);
}

static Key *
parse_key (const char *path, const char *text, gsize length, GError **error)
{
  const gnutls_datum_t data = { (guchar *)text, (unsigned)length };
  g_autoptr (Key) key = NULL;
  int result = gnutls_x509_privkey_init (&key);

  if (result >= 0)
    result = gnutls_x509_privkey_import2 (key, &data, GNUTLS_X509_FMT_PEM, NULL, 0);
  if (result >= 0)
    return g_steal_pointer (&key);
  if (strstr (text, "ENCRYPTED") != NULL)
    fail (error, MURI_IDENTITY_ERROR_KEY,
          "the private key “%s” has a password; nobody could type it: take it away, and let only "
          "its owner read the file",
          path);
  else
    fail (error, MURI_IDENTITY_ERROR_KEY, "“%s” is no private key in PEM", path);
  return NULL;
}

static gboolean
load_authorities (MuriIdentity *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gnutls_datum_t data = { 0 };
  gsize length;

  if (!read_file (path, MURI_IDENTITY_ERROR_AUTHORITY, &text, &length, error))
    return FALSE;
  data.data = (guchar *)text;
  data.size = (unsigned)length;
  if (gnutls_x509_crt_list_import2 (&self->authorities, &self->n_authorities, &data,
                                    GNUTLS_X509_FMT_PEM, 0)
      < 0)
    {
      self->authorities = NULL;
      self->n_authorities = 0;
    }
  if (self->n_authorities == 0 || self->n_authorities > AUTHORITIES_MAX)
    return fail (error, MURI_IDENTITY_ERROR_AUTHORITY,
                 "“%s” is not the certificate of an authority in PEM", path);
  for (guint i = 0; i < self->n_authorities; i++)
    if (gnutls_x509_crt_get_ca_status (self->authorities[i], NULL) <= 0)
      return fail (error, MURI_IDENTITY_ERROR_AUTHORITY,
                   "“%s” holds a certificate that may not sign others (basicConstraints without "
                   "CA:TRUE)",
                   path);
  return TRUE;
}

/* ---- certificates ---- */

/* Exactly one common name: of two, others might believe the other one. */
static char *
dup_name (Certificate *certificate)
{
  char name[NAME_MAX_BYTES + 1], second[NAME_MAX_BYTES + 1];
  size_t length = sizeof name, other = sizeof second;

  if (gnutls_x509_crt_get_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &length)
          < 0
      || gnutls_x509_crt_get_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 1, 0, second,
                                        &other)
             != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE
      || strlen (name) != length || !g_utf8_validate (name, -1, NULL))
    return NULL;
  return g_strdup (name);
}

static char *
format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M UTC") : g_strdup ("?");
}

static gboolean
check_time (Certificate *certificate, const char *what, GError **error)
{
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const gint64 from = gnutls_x509_crt_get_activation_time (certificate);
  const gint64 until = gnutls_x509_crt_get_expiration_time (certificate);
  g_autofree char *when = format_time (now > until ? until : from);

  if (now > until)
    return fail (error, MURI_IDENTITY_ERROR_EXPIRED, "%s expired on %s", what, when);
  if (now < from)
    return fail (error, MURI_IDENTITY_ERROR_EARLY, "%s is valid only from %s on", what, when);
  return TRUE;
}

/* The authority signs by itself; there are no others in between. */
static gboolean
check_signed (MuriIdentity *self, Certificate *certificate, const char *what, GError **error)
{
  unsigned status = 0;

  if (!check_time (certificate, what, error))
    return FALSE;
  if (gnutls_x509_crt_list_verify (&certificate, 1, self->authorities, (int)self->n_authorities,
                                   NULL, 0, 0, &status)
          < 0
      || status != 0)
    {
      if ((status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED)) != 0)
        return fail (error, MURI_IDENTITY_ERROR_AUTHORITY,
                     "the certificate of the authority itself is not valid now");
      return fail (error, MURI_IDENTITY_ERROR_FOREIGN, "%s is not signed by the authority", what);
    }
  return TRUE;
}

static gboolean
check_key (Certificate *certificate, const char *certificate_path, Key *key, const char *key_path,
           GError **error)
{
  guchar of_certificate[32], of_key[32];
  size_t length = sizeof of_certificate, key_length = sizeof of_key;
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

  if (gnutls_x509_privkey_get_pk_algorithm (key) != GNUTLS_PK_ECDSA
      || gnutls_x509_privkey_export_ecc_raw (key, &curve, NULL, NULL, NULL) < 0
      || curve != GNUTLS_ECC_CURVE_SECP256R1)
    return fail (error, MURI_IDENTITY_ERROR_CURVE,
                 "the private key “%s” is not of the curve P-256 (prime256v1)", key_path);
  if (gnutls_x509_crt_get_key_id (certificate, GNUTLS_KEYID_USE_SHA256, of_certificate, &length) < 0
      || gnutls_x509_privkey_get_key_id (key, GNUTLS_KEYID_USE_SHA256, of_key, &key_length) < 0
      || length != key_length || memcmp (of_certificate, of_key, length) != 0)
    return fail (error, MURI_IDENTITY_ERROR_MISMATCH,
                 "the private key “%s” is not that of the certificate “%s”", key_path,
                 certificate_path);
  return TRUE;
}

static gboolean
load_pair (MuriIdentity *self, const char *certificate_path, const char *key_path, GError **error)
{
  g_autofree char *certificate_text = NULL;
  g_autofree char *key_text = NULL;
  g_autofree char *both = NULL;
  g_autofree char *what = g_strdup_printf ("the certificate “%s”", certificate_path);
  g_autoptr (Certificate) certificate = NULL;
  g_autoptr (Key) key = NULL;
  g_autoptr (GError) local = NULL;
  gsize length, key_length;

  if (!read_file (certificate_path, MURI_IDENTITY_ERROR_CERTIFICATE, &certificate_text, &length,
                  error)
      || !read_file (key_path, MURI_IDENTITY_ERROR_KEY, &key_text, &key_length, error))
    return FALSE;
  certificate = parse_certificate (certificate_path, certificate_text, length, error);
  key = certificate != NULL ? parse_key (key_path, key_text, key_length, error) : NULL;
  if (key == NULL || !check_key (certificate, certificate_path, key, key_path, error)
      || !check_signed (self, certificate, what, error))
    return FALSE;

  self->name = dup_name (certificate);
  if (self->name == NULL || muri_identity_parse_name (self->name, NULL) == MURI_IDENTITY_UNKNOWN)
    return fail (error, MURI_IDENTITY_ERROR_NAME,
                 "%s is of “%s”, and not of node.UUID, operator.NAME or viewer.NAME", what,
                 self->name != NULL ? self->name : "nobody");
  self->expiry = gnutls_x509_crt_get_expiration_time (certificate);
  both = g_strconcat (certificate_text, "\n", key_text, NULL);
  self->certificate = g_tls_certificate_new_from_pem (both, -1, &local);
  return self->certificate != NULL
         || fail (error, MURI_IDENTITY_ERROR_CERTIFICATE, "%s", local->message);
}

/**
 * muri_identity_load:
 * @certificate: a file: who this program is
 * @key: a file: the private key of that
 * @authority: a file: whose certificates are believed; while one authority replaces another, both
 * @error: which file is wrong, and why; %MURI_IDENTITY_ERROR
 *
 * Reads files: on the main context only at the start of a program.
 *
 * Returns: (transfer full) (nullable): an identity that others of this authority believe now
 */
MuriIdentity *
muri_identity_load (const char *certificate, const char *key, const char *authority, GError **error)
{
  g_autoptr (MuriIdentity) self = g_new0 (MuriIdentity, 1);

  g_atomic_ref_count_init (&self->references);
  if (!load_authorities (self, authority, error) || !load_pair (self, certificate, key, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * muri_identity_new_unusable:
 *
 * In the place of an identity that is wanted and cannot be had: whoever holds it asks and believes
 * nobody, where without any it would speak without security.
 *
 * Returns: (transfer full): an identity without a name and a certificate
 */
MuriIdentity *
muri_identity_new_unusable (void)
{
  MuriIdentity *self = g_new0 (MuriIdentity, 1);

  g_atomic_ref_count_init (&self->references);
  return self;
}

/**
 * muri_identity_ref:
 * @identity: an identity
 *
 * Returns: (transfer full): @identity
 */
MuriIdentity *
muri_identity_ref (MuriIdentity *identity)
{
  g_atomic_ref_count_inc (&identity->references);
  return identity;
}

/**
 * muri_identity_unref:
 * @identity: (transfer full): an identity
 */
void
muri_identity_unref (MuriIdentity *identity)
{
  if (!g_atomic_ref_count_dec (&identity->references))
    return;
  for (guint i = 0; i < identity->n_authorities; i++)
    gnutls_x509_crt_deinit (identity->authorities[i]);
  gnutls_free (identity->authorities);
  g_clear_object (&identity->certificate);
  g_free (identity->name);
  g_free (identity);
}

/**
 * muri_identity_get_name:
 * @identity: an identity
 *
 * Returns: the common name of its subject
 */
const char *
muri_identity_get_name (MuriIdentity *identity)
{
  return identity->name;
}

/**
 * muri_identity_get_expiry:
 * @identity: an identity
 *
 * Returns: until when it is valid, seconds since the epoch
 */
gint64
muri_identity_get_expiry (MuriIdentity *identity)
{
  return identity->expiry;
}

/**
 * muri_identity_get_certificate:
 * @identity: an identity
 *
 * Returns: (transfer none) (nullable): its certificate, with the private key; %NULL: it cannot be
 *   used
 */
GTlsCertificate *
muri_identity_get_certificate (MuriIdentity *identity)
{
  return identity->certificate;
}

/**
 * muri_identity_judge:
 * @identity: who asks
 * @peer: (nullable): what the other side of a connection has shown
 * @error: why it is not believed; %MURI_IDENTITY_ERROR
 *
 * The one place where a certificate of somebody else is judged: the authority must have signed it,
 * it must be valid now, and its subject have exactly one common name of a kind that is known. What
 * hosts are called in DNS plays no part.
 *
 * Returns: (transfer full) (nullable): that name
 */
char *
muri_identity_judge (MuriIdentity *identity, GTlsCertificate *peer, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (Certificate) certificate = NULL;
  g_autofree char *name = NULL;
  gnutls_datum_t data = { 0 };

  if (peer != NULL)
    g_object_get (peer, "certificate", &bytes, NULL);
  if (bytes == NULL)
    {
      fail (error, MURI_IDENTITY_ERROR_CERTIFICATE, "it shows no certificate");
      return NULL;
    }
  data.data = bytes->data;
  data.size = bytes->len;
  if (gnutls_x509_crt_init (&certificate) < 0
      || gnutls_x509_crt_import (certificate, &data, GNUTLS_X509_FMT_DER) < 0)
    {
      fail (error, MURI_IDENTITY_ERROR_CERTIFICATE, "what it shows is no certificate");
      return NULL;
    }
  if (!check_signed (identity, certificate, "its certificate", error))
    return NULL;
  name = dup_name (certificate);
  if (name == NULL || muri_identity_parse_name (name, NULL) == MURI_IDENTITY_UNKNOWN)
    {
      fail (error, MURI_IDENTITY_ERROR_NAME,
            "its certificate is of “%s”, and neither of a node "
            "nor of a person",
            name != NULL ? name : "nobody");
      return NULL;
    }
  return g_steal_pointer (&name);
}

/**
 * muri_identity_judge_node:
 * @identity: who asks
 * @peer: (nullable): what the other side of a connection has shown
 * @node: who it should be
 * @error: why it is not; %MURI_IDENTITY_ERROR
 *
 * Returns: whether it is that node
 */
gboolean
muri_identity_judge_node (MuriIdentity *identity, GTlsCertificate *peer, const muri_v1_Uuid *node,
                          GError **error)
{
  g_autofree char *name = muri_identity_judge (identity, peer, error);
  muri_v1_Uuid its;

  if (name == NULL)
    return FALSE;
  if (muri_identity_parse_name (name, &its) == MURI_IDENTITY_NODE && muri_uuid_equal (&its, node))
    return TRUE;
  return fail (error, MURI_IDENTITY_ERROR_NAME,
               "its certificate is of “%s”, and so it is another than it should be", name);
}

static gboolean
is_plain (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;
  return *text != '\0';
}

/**
 * muri_identity_parse_name:
 * @name: of a certificate's subject, or as a sample on the wire claims it
 * @node: (out) (optional): of %MURI_IDENTITY_NODE: which one; else zeros
 *
 * Returns: what kind of name it is
 */
MuriIdentityKind
muri_identity_parse_name (const char *name, muri_v1_Uuid *node)
{
  muri_v1_Uuid uuid = { 0 };
  MuriIdentityKind kind = MURI_IDENTITY_UNKNOWN;

  if (g_str_has_prefix (name, NODE) && muri_uuid_parse (name + strlen (NODE), &uuid)
      && !muri_uuid_is_zero (&uuid))
    kind = MURI_IDENTITY_NODE;
  else if (g_str_has_prefix (name, OPERATOR) && is_plain (name + strlen (OPERATOR)))
    kind = MURI_IDENTITY_OPERATOR;
  else if (g_str_has_prefix (name, VIEWER) && is_plain (name + strlen (VIEWER)))
    kind = MURI_IDENTITY_VIEWER;
  if (node != NULL)
    *node = kind == MURI_IDENTITY_NODE ? uuid : (muri_v1_Uuid){ 0 };
  return kind;
}
