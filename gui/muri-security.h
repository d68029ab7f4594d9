/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriSecurity: the certificate that this console shows to hosts, by the settings "certificate",
 * "key" and "authority".
 *
 * The files are read again whenever a setting changes. While any is set and they are no good,
 * nothing is asked of any host: never as if there were none.
 *
 * Properties: problem (string, nullable: a sentence that says what is wrong with the files),
 * name (string, nullable: "operator.alice").
 */
#define MURI_TYPE_SECURITY (muri_security_get_type ())
G_DECLARE_FINAL_TYPE (MuriSecurity, muri_security, MURI, SECURITY, GObject)

MuriSecurity *muri_security_new (MuriFleet *fleet, GSettings *settings);

const char *muri_security_get_problem (MuriSecurity *security);

/* (nullable) (transfer full): a sentence that says who this console is, and until when */
char *muri_security_describe (MuriSecurity *security);

G_END_DECLS
