/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-test-fleet.h"
#include "muri-words.h"

G_BEGIN_DECLS

/**
 * MuriReal: an agent on the libvirtd around this test, and a console's fleet beside it.
 */
typedef struct
{
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  MuriFleet *fleet;
  MuriNode *node;
} MuriReal;

/* The guests are off at first, whatever the test before did. */
void muri_real_begin (MuriReal *real);
void muri_real_end (MuriReal *real);

/* A guest as the data space has it. Transfer none. */
MuriVm *muri_real_vm (MuriReal *real, const char *name);

/* Powers these on by libvirt and waits until they have booted. Ended by NULL. */
void muri_real_boot (MuriReal *real, const char *name, ...) G_GNUC_NULL_TERMINATED;

/* Until @guest has finished booting more than @before times. */
void muri_real_await_boot (MuriReal *real, const char *guest, guint before);

gboolean muri_real_process_lives (GPid pid);

G_END_DECLS
