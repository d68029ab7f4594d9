/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "clone-fixture.h"

G_BEGIN_DECLS

/**
 * Real: clones of the tiny guest, in real volumes. Run by with-libvirtd with one guest.
 */
typedef struct
{
  CloneFixture f;
  char *log; /* what all clones write to their serial ports */
} Real;

/* Of the template's image. */
#define REAL_CLONES_DATA "60M"

#define real_await(condition) muri_test_await (condition, 120)

void real_init (int *argc, char ***argv);

void real_set_up (Real *t, gconstpointer data);
void real_tear_down (Real *t, gconstpointer data);
void real_destroy_all (Real *t);

/* A program that must succeed. */
void real_run (const char *first, ...) G_GNUC_NULL_TERMINATED;

/* Of verb CLONE, with seeds. */
muri_v1_Operation *
real_clones (Real *t, const char *prefix, guint n, const char *linked, const char *start);

/* Publishes, and awaits its end. */
const muri_v1_Report *real_complete (Real *t, muri_v1_Operation *operation);
void real_expect_done (const muri_v1_Report *report);

/* One verb, with at most one parameter, must be DONE; @part is of what it says. */
void real_act (Real *t, const muri_v1_Uuid *vm, guint verb, const char *name, const char *value,
               const char *part);

const muri_v1_Vm *real_find_vm (Real *t, const muri_v1_Uuid *vm);

/* Of the clone PREFIX-1. Transfer full. */
char *real_disk_of (Real *t, const char *prefix, const muri_v1_Uuid *vm);

G_END_DECLS
