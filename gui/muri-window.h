/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-application.h"

G_BEGIN_DECLS

#define MURI_TYPE_WINDOW (muri_window_get_type ())
G_DECLARE_FINAL_TYPE (MuriWindow, muri_window, MURI, WINDOW, AdwApplicationWindow)

MuriWindow *muri_window_new (MuriApplication *application);

G_END_DECLS
