/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "agent-fixture.h"
#include "muri-test-agent.h"
#include "muri-test-libvirtd.h"
#include "muri-test-relay.h"

G_BEGIN_DECLS

/**
 * CloneFixture: an agent that holds a template, on a libvirtd, and a console's side of it.
 */
typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestRelay *relay; /* set before it begins: the agent's way to libvirtd */
  MuriTestAgent *agent;
  muri_v1_Uuid node;
  muri_v1_Uuid template_id;
  char *image; /* its file */
  char *id;    /* of the template, as text */
} CloneFixture;

/* What an agent with @state_dir has when it starts next: a template called "tiny". Returns where
 * its image is; transfer full. */
char *clone_fixture_put_template (const char *state_dir, const muri_v1_Uuid *id, const char *xml,
                                  const char *image);

/* @xml: the machine. @image: a qcow2 to be the template's, or NULL for a small empty one. */
void clone_fixture_begin (CloneFixture *self, MuriTestLibvirtd *libvirtd, const char *xml,
                          const char *image);
void clone_fixture_end (CloneFixture *self);

/* Of verb CLONE, with @n targets "PREFIX-1", … */
muri_v1_Operation *clone_fixture_operation (CloneFixture *self, const char *prefix, guint n);

/* Publishes and awaits the outcome of the only, or first, target. */
const muri_v1_Outcome *clone_fixture_run (CloneFixture *self, muri_v1_Operation *operation);

/* The one target of @operation, or the Nth. */
const muri_v1_Uuid *clone_fixture_target (const muri_v1_Operation *operation, guint n);

/* Every domain called "PREFIX-…" is one that @report says DONE of; each of these is there, and
 * there is no volume but those of domains, and the template's. */
void clone_fixture_sweep (CloneFixture *self, const muri_v1_Report *report, const char *prefix);

/* There is no volume but those of domains, and images of templates. */
void clone_fixture_expect_no_orphans (CloneFixture *self);

guint clone_fixture_count (const muri_v1_Report *report, guint outcome);

G_END_DECLS
