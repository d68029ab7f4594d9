/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-background.h"
#include "muri-network.h"

G_BEGIN_DECLS

#define MURI_TYPE_APPLICATION (muri_application_get_type ())
G_DECLARE_FINAL_TYPE (MuriApplication, muri_application, MURI, APPLICATION, AdwApplication)

MuriApplication *muri_application_new (void);

MuriFleet *muri_application_get_fleet (MuriApplication *application);
GSettings *muri_application_get_settings (MuriApplication *application);
MuriNetwork *muri_application_get_network (MuriApplication *application);
MuriBackground *muri_application_get_background (MuriApplication *application);

G_END_DECLS
