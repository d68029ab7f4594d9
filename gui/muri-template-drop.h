/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-vm.h"

G_BEGIN_DECLS

/* Lets VMs be dropped on @widget to make a template of one; @hint says what would happen. */
void muri_template_drop_add (GtkWidget *widget, GtkLabel *hint);

/* Why no template can be made of @vm now, as the end of a sentence; NULL: it can. Transfer full. */
char *muri_template_why_not (MuriVm *vm);

G_END_DECLS
