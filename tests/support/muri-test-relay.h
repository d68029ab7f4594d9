/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriTestRelay: hands on what an agent says to a libvirtd, and kills the agent at a call of its:
 * before libvirtd hears of it, or when it is done and the agent does not know yet.
 */
typedef struct _MuriTestRelay MuriTestRelay;

/* Numbers of libvirt's protocol, which never change. */
typedef enum
{
  MURI_TEST_CALL_VOLUME_DELETE = 94,
  MURI_TEST_CALL_SET_VCPUS = 199,
  MURI_TEST_CALL_SET_MEMORY = 204,
  MURI_TEST_CALL_UNDEFINE = 231,
} MuriTestCall;

/* @uri: as of a MuriTestLibvirtd. */
MuriTestRelay *muri_test_relay_new (const char *uri);

/* For the agent. */
const char *muri_test_relay_get_uri (MuriTestRelay *relay);

/* At the @nth call, from 1, of that kind from now on, @pid gets SIGKILL. */
void
muri_test_relay_arm (MuriTestRelay *relay, GPid pid, MuriTestCall call, guint nth, gboolean after);

/* Whether it has. */
gboolean muri_test_relay_has_killed (MuriTestRelay *relay);

/* When no agent uses it any more. */
void muri_test_relay_free (MuriTestRelay *relay);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriTestRelay, muri_test_relay_free)

G_END_DECLS
