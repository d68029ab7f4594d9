/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-security.h"

G_BEGIN_DECLS

/* MuriSecurityGroup: the rows of Preferences that choose the certificate, and what is wrong with
 * it. */
#define MURI_TYPE_SECURITY_GROUP (muri_security_group_get_type ())
G_DECLARE_FINAL_TYPE (MuriSecurityGroup, muri_security_group, MURI, SECURITY_GROUP,
                      AdwPreferencesGroup)

GtkWidget *muri_security_group_new (MuriSecurity *security, GSettings *settings);

G_END_DECLS
