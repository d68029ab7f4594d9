/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * MuriIdentity:
 *
 * Who a program is to others: its certificate with its private key, and the authority whose
 * certificates it believes. Immutable; any thread.
 *
 * All of them are PEM files; DDS Security uses the same ones. A certificate says who somebody is by
 * the common name of its subject: "node.UUID", "operator.NAME" or "viewer.NAME".
 */
typedef struct _MuriIdentity MuriIdentity;

/**
 * MuriIdentityKind:
 * @MURI_IDENTITY_UNKNOWN: a name of a kind that this version does not know
 * @MURI_IDENTITY_NODE: an agent
 * @MURI_IDENTITY_OPERATOR: somebody who may command hosts and VMs
 * @MURI_IDENTITY_VIEWER: somebody who may look
 */
typedef enum
{
  MURI_IDENTITY_UNKNOWN,
  MURI_IDENTITY_NODE,
  MURI_IDENTITY_OPERATOR,
  MURI_IDENTITY_VIEWER,
} MuriIdentityKind;

/**
 * MuriIdentityError:
 * @MURI_IDENTITY_ERROR_CERTIFICATE: the file cannot be read, or is no certificate
 * @MURI_IDENTITY_ERROR_KEY: the file cannot be read, or is no private key without a password
 * @MURI_IDENTITY_ERROR_AUTHORITY: the file cannot be read, or holds no authority's certificate
 * @MURI_IDENTITY_ERROR_CURVE: the key is not of the curve P-256
 * @MURI_IDENTITY_ERROR_MISMATCH: the key is that of another certificate
 * @MURI_IDENTITY_ERROR_EXPIRED: the certificate is not valid any more
 * @MURI_IDENTITY_ERROR_EARLY: it is not valid yet
 * @MURI_IDENTITY_ERROR_FOREIGN: the authority has not signed it
 * @MURI_IDENTITY_ERROR_NAME: its subject is not who was expected
 */
typedef enum
{
  MURI_IDENTITY_ERROR_CERTIFICATE,
  MURI_IDENTITY_ERROR_KEY,
  MURI_IDENTITY_ERROR_AUTHORITY,
  MURI_IDENTITY_ERROR_CURVE,
  MURI_IDENTITY_ERROR_MISMATCH,
  MURI_IDENTITY_ERROR_EXPIRED,
  MURI_IDENTITY_ERROR_EARLY,
  MURI_IDENTITY_ERROR_FOREIGN,
  MURI_IDENTITY_ERROR_NAME,
} MuriIdentityError;

#define MURI_IDENTITY_ERROR (muri_identity_error_quark ())
GQuark muri_identity_error_quark (void);

MuriIdentity *muri_identity_load (const char *certificate, const char *key, const char *authority,
                                  GError **error);
MuriIdentity *muri_identity_new_unusable (void);
MuriIdentity *muri_identity_ref (MuriIdentity *identity);
void muri_identity_unref (MuriIdentity *identity);

const char *muri_identity_get_name (MuriIdentity *identity);
gint64 muri_identity_get_expiry (MuriIdentity *identity);
GTlsCertificate *muri_identity_get_certificate (MuriIdentity *identity);

char *muri_identity_judge (MuriIdentity *identity, GTlsCertificate *peer, GError **error);
gboolean muri_identity_judge_node (MuriIdentity *identity, GTlsCertificate *peer,
                                   const muri_v1_Uuid *node, GError **error);

MuriIdentityKind muri_identity_parse_name (const char *name, muri_v1_Uuid *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriIdentity, muri_identity_unref)

G_END_DECLS
