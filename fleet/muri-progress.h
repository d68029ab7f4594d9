/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-operation.h"

G_BEGIN_DECLS

/* How far it is, from 0 to 1: long work counts by its steps and their percent. */
double muri_target_get_fraction (MuriTarget *target, guint verb);
double muri_operation_get_fraction (MuriOperation *operation);

G_END_DECLS
