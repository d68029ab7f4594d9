/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-test-agent.h"
#include "muri-test-libvirtd.h"

G_BEGIN_DECLS

/**
 * What tests with real processes share. Call muri_test_init() instead of g_test_init(), and
 * return muri_test_run().
 *
 * All files are below one directory that goes with the process; when the test fails it stays, and
 * what the agents wrote is shown. No process outlives the test, however that ends.
 */
void muri_test_init (int *argc, char ***argv);
int muri_test_run (void);

/* A zone that nobody on this machine uses, the same for the life of this process; or that of
 * $MURI_TEST_ZONE, in which others are meant to be. */
guint muri_test_zone (void);

/* Another one that nobody uses. */
guint muri_test_other_zone (void);

/* A new empty directory; transfer none, it lives as long as the process. */
const char *muri_test_directory (const char *name);

/* Shown when the test fails. @path is copied. */
void muri_test_show_on_failure (const char *path);

/**
 * muri_test_await:
 * @condition: an expression, evaluated again whenever the main context did something
 * @seconds: the deadline, which is stretched for busy machines unless it is below a second; a test
 *           that misses it fails with the condition's text
 *
 * Runs the default main context until @condition. What no source tells (a file, another process)
 * is looked at every few milliseconds as well.
 */
#define muri_test_await(condition, seconds)                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    MuriTestWait muri_test_wait_;                                                                  \
    muri_test_wait_begin (&muri_test_wait_, (seconds));                                            \
    while (!(condition))                                                                           \
      muri_test_wait_step (&muri_test_wait_, G_STRLOC, #condition);                                \
    muri_test_wait_end (&muri_test_wait_);                                                         \
  }                                                                                                \
  G_STMT_END

/* The same, but says whether @condition came true in time. */
#define muri_test_comes_true(condition, seconds)                                                   \
  (G_GNUC_EXTENSION ({                                                                             \
    MuriTestWait muri_test_wait_;                                                                  \
    gboolean muri_test_true_;                                                                      \
    muri_test_wait_begin (&muri_test_wait_, (seconds));                                            \
    while (!(muri_test_true_ = !!(condition)) && !muri_test_wait_.over)                            \
      muri_test_wait_step (&muri_test_wait_, NULL, NULL);                                          \
    muri_test_wait_end (&muri_test_wait_);                                                         \
    muri_test_true_;                                                                               \
  }))

/* Runs the main context for a span that is itself what is measured (CPU over a window). */
void muri_test_spend (double seconds);

typedef struct
{
  GSource *timer;
  gint64 deadline;
  double seconds;
  gboolean over;
} MuriTestWait;

void muri_test_wait_begin (MuriTestWait *wait, double seconds);
void muri_test_wait_step (MuriTestWait *wait, const char *where, const char *condition);
void muri_test_wait_end (MuriTestWait *wait);

/* Sets @user_data (a gboolean) and wakes the main context. */
gboolean muri_test_set_flag (gpointer user_data);

/* A GAsyncReadyCallback: keeps the result in @user_data (a GAsyncResult *, initially NULL). */
void muri_test_keep_result (GObject *source, GAsyncResult *result, gpointer user_data);

G_END_DECLS
