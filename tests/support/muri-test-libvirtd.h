/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/**
 * MuriTestLibvirtd: a libvirtd of this test's own.
 *
 * Spawned, it serves the test driver, in namespaces of its own. Or it is the one that the
 * harness' with-libvirtd started, with real guests.
 */
typedef struct _MuriTestLibvirtd MuriTestLibvirtd;

/* Returns when it answers. One connection is kept open, so that its VMs' state lasts. */
MuriTestLibvirtd *muri_test_libvirtd_spawn (void);

/* The one around this process, with its guests; NULL where there is none. */
MuriTestLibvirtd *muri_test_libvirtd_from_environment (void);

const char *muri_test_libvirtd_get_uri (MuriTestLibvirtd *libvirtd);
GPid muri_test_libvirtd_get_pid (MuriTestLibvirtd *libvirtd);

/* This test's own connection; NULL between kill9 and start. Transfer none. */
virConnectPtr muri_test_libvirtd_get_connection (MuriTestLibvirtd *libvirtd);

void muri_test_libvirtd_kill9 (MuriTestLibvirtd *libvirtd);

/* Returns when it answers again. */
void muri_test_libvirtd_start (MuriTestLibvirtd *libvirtd);

/* Defines and, if wanted, starts VMs NAME-001, … of the test driver. */
void muri_test_libvirtd_define (MuriTestLibvirtd *libvirtd, const char *name, guint n_vms,
                                gboolean running);

/* The process of a running guest; 0 when there is none. */
GPid muri_test_libvirtd_get_guest_pid (MuriTestLibvirtd *libvirtd, const char *guest);

/* How often that guest has finished booting by now. */
guint muri_test_libvirtd_count_boots (MuriTestLibvirtd *libvirtd, const char *guest);

void muri_test_libvirtd_free (MuriTestLibvirtd *libvirtd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriTestLibvirtd, muri_test_libvirtd_free)

G_END_DECLS
