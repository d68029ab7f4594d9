/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-name-pattern.h"
#include "muri-placement.h"
#include "muri-tick-picker.h"

G_BEGIN_DECLS

/* What the window of new VMs offers, and what becomes of choices. */

/* Hosts, and groups that have hosts. */
void muri_clone_form_fill_places (MuriTickPicker *picker, MuriFleet *fleet);
void muri_clone_form_fill_groups (MuriTickPicker *picker, MuriFleet *fleet);

/* (element-type MuriNode): of all chosen hosts and groups; all there are where none is chosen.
 * Transfer full. */
GPtrArray *muri_clone_form_get_nodes (MuriTickPicker *picker, MuriFleet *fleet);

/* (nullable): paths, separated by line feeds. Transfer full. */
char *muri_clone_form_get_groups (MuriTickPicker *picker);

/* The networks that VMs of the fleet are attached to, by name. Transfer full. */
char **muri_clone_form_list_networks (MuriFleet *fleet);

/* "debian-12-{001}" of "Debian 12". Transfer full. */
char *muri_clone_form_suggest_pattern (const char *template_name);

/* A sentence. (nullable) */
const char *muri_clone_form_name_problem (MuriNameProblem problem);

/* "web-001, web-002, … web-012". Transfer full. */
char *muri_clone_form_describe_names (const char *const *names);

/* What is worth knowing before it is asked for, a line each. (nullable) Transfer full. */
char *muri_clone_form_warn (const MuriPlacementWish *wish, gboolean seed, char *const *names);

/* Whether @key is one public key, as in authorized_keys, or nothing. */
gboolean muri_clone_form_is_ssh_key (const char *key);

G_END_DECLS
