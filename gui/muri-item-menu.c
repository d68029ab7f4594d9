/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-item-menu.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-members.h"
#include "muri-sidebar-item.h"
#include "muri-verb-menu.h"

static GVariant *
refs_of (gpointer item)
{
  g_autoptr (MuriMembers) members = muri_members_new (NULL);
  g_auto (GStrv) refs = NULL;

  muri_members_add (members, item);
  refs = muri_members_dup_refs (members);
  return g_variant_new_strv ((const char *const *)refs, -1);
}

static void
append (GMenu *menu, const char *label, const char *action, GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
}

static void
append_impossible (GMenu *menu, const char *label)
{
  g_menu_append (menu, label, "win.act-impossible");
}

/* @section: (transfer full) */
static void
append_section (GMenu *menu, GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static void
append_verbs (GMenu *menu, MuriScope *scope)
{
  guint n = g_list_model_get_n_items (muri_scope_get_vms (scope));
  g_autoptr (GMenuModel) verbs = NULL;
  g_autofree char *label = NULL;

  if (n == 0)
    return;
  verbs = muri_verb_menu_new_for_scope (scope);
  label = muri_counted (ngettext ("The %u VM of %s", "All %u VMs of %s", n), n,
                        muri_scope_get_title (scope));
  g_menu_append_submenu (menu, label, verbs);
}

static GMenu *
clipboard_section (gpointer item, const char *origin, const char *into)
{
  GMenu *section = g_menu_new ();

  if (MURI_IS_GROUP (item) || origin)
    append (section, _ ("Cu_t"), "win.copy-members",
            g_variant_new ("(bs@as)", TRUE, origin ? origin : "", refs_of (item)));
  append (section, _ ("_Copy"), "win.copy-members",
          g_variant_new ("(bs@as)", FALSE, origin ? origin : "", refs_of (item)));
  if (into)
    append (section, _ ("_Paste"), "win.paste-members", g_variant_new_string (into));
  return section;
}

static GMenu *
membership_section (gpointer item, const char *origin)
{
  GMenu *section = g_menu_new ();

  append (section, _ ("_Add to Group…"), "win.add-to",
          g_variant_new ("(ss@as)", "", origin ? origin : "", refs_of (item)));
  if (!origin)
    return section;
  append (section, _ ("_Move to…"), "win.move-to",
          g_variant_new ("(ss@as)", "", origin, refs_of (item)));
  append (section, _ ("_Remove from Group"), "win.remove-from",
          g_variant_new ("(s@as)", origin, refs_of (item)));
  return section;
}

static GMenu *
life_section (MuriVm *vm)
{
  const char *const ids[] = { muri_vm_get_id (vm), NULL };
  GMenu *section = g_menu_new ();

  append (section, _ ("_Resources…"), "win.resources", g_variant_new_strv (ids, -1));
  append (section, _ ("Make _Template…"), "win.make-template",
          g_variant_new_string (muri_vm_get_id (vm)));
  if (muri_vm_is_linked (vm))
    append (section, _ ("Make _Independent…"), "win.flatten-vms", g_variant_new_strv (ids, -1));
  append (section, _ ("_Delete…"), "win.delete-vms", g_variant_new_strv (ids, -1));
  return section;
}

static void
append_vm (GMenu *menu, MuriFleet *fleet, MuriVm *vm, const char *origin)
{
  g_autoptr (MuriScope) scope = muri_scope_new_vm (fleet, vm);
  g_autoptr (GMenuModel) verbs = muri_verb_menu_new (muri_scope_get_vms (scope), NULL);
  gboolean guarded = muri_vm_get_facts (vm)->guarded;
  GMenu *own = g_menu_new ();

  g_menu_append_section (menu, NULL, verbs);
  append_section (menu, membership_section (vm, origin));
  append (own, guarded ? _ ("_Unprotect") : _ ("_Protect"), "win.set-guarded",
          g_variant_new ("(b@as)", !guarded, refs_of (vm)));
  append_section (menu, own);
  append_section (menu, life_section (vm));
  append_section (menu, clipboard_section (vm, origin, NULL));
}

static void
append_server_verb (GMenu *menu, MuriNode *node, guint verb, const char *label)
{
  /* One that cannot be heard can only be woken, by a neighbour. What an agent does not allow is
   * explained when it is asked for. */
  gboolean reachable = muri_node_is_reachable (node);
  gboolean possible = verb == MURI_VERB_WAKE
                          ? !reachable && muri_node_get_facts (node)->macs._length > 0
                          : reachable;

  if (possible)
    append (menu, label, "win.act-node",
            g_variant_new ("(ss)", muri_verb_to_nick (verb), muri_node_get_id (node)));
  else
    append_impossible (menu, label);
}

GMenuModel *
muri_item_menu_new_server (MuriNode *node)
{
  GMenu *menu = g_menu_new ();
  GMenu *soft = g_menu_new ();
  GMenu *power = g_menu_new ();
  gboolean maintained = muri_node_get_facts (node)->maintenance;

  append_server_verb (soft, node, maintained ? MURI_VERB_MAINTENANCE_OFF : MURI_VERB_MAINTENANCE_ON,
                      maintained ? _ ("Leave _Maintenance") : _ ("Enter _Maintenance"));
  append_server_verb (soft, node, MURI_VERB_REFRESH_STORAGE, _ ("Refresh _Storage"));
  append_section (menu, soft);
  append_server_verb (power, node, MURI_VERB_WAKE, _ ("_Wake Server"));
  append_server_verb (power, node, MURI_VERB_HOST_REBOOT, _ ("_Restart Server…"));
  append_server_verb (power, node, MURI_VERB_HOST_SHUTDOWN, _ ("Shut _Down Server…"));
  append_section (menu, power);
  return G_MENU_MODEL (menu);
}

static void
append_node (GMenu *menu, MuriFleet *fleet, MuriNode *node, const char *origin)
{
  g_autoptr (MuriScope) scope = muri_scope_new_node (fleet, node);
  g_autoptr (GMenuModel) server = muri_item_menu_new_server (node);
  GMenu *first = g_menu_new ();
  GMenu *last = g_menu_new ();

  append_verbs (first, scope);
  g_menu_append_submenu (first, _ ("_Server"), server);
  append_section (menu, first);
  append_section (menu, membership_section (node, origin));
  append_section (menu, clipboard_section (node, origin, NULL));
  if (!muri_node_is_reachable (node))
    append (last, _ ("_Forget Host…"), "win.forget-node",
            g_variant_new_string (muri_node_get_id (node)));
  append_section (menu, last);
}

/* The groups in it, side by side. */
static void
append_comparison (GMenu *section, MuriGroup *group)
{
  GListModel *groups = muri_group_get_groups (group);
  guint n = g_list_model_get_n_items (groups);
  g_autoptr (MuriMembers) members = muri_members_new (NULL);
  g_auto (GStrv) refs = NULL;

  if (n < 2)
    return;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriGroup) child = g_list_model_get_item (groups, i);

      muri_members_add (members, child);
    }
  refs = muri_members_dup_refs (members);
  append (section, _ ("Com_pare Groups in It…"), "win.compare",
          g_variant_new_strv ((const char *const *)refs, -1));
}

static void
append_group (GMenu *menu, MuriGroup *group)
{
  const char *path = muri_group_get_path (group);
  GMenu *section = g_menu_new ();

  append (section, _ ("_New Group in It…"), "win.new-group", g_variant_new_string (path));
  append (section, _ ("_Rename…"), "win.rename-group", g_variant_new_string (path));
  append (section, _ ("_Move to…"), "win.move-to",
          g_variant_new ("(ss@as)", "", "", refs_of (group)));
  append (section, _ ("Start _Order…"), "win.start-order", g_variant_new_string (path));
  append (section, _ ("Reso_urces of Its VMs…"), "win.resources-of",
          g_variant_new_take_string (g_strconcat ("group:", path, NULL)));
  append_comparison (section, group);
  append_section (menu, section);
  append_section (menu, clipboard_section (group, NULL, path));
  section = g_menu_new ();
  append (section, _ ("_Delete Group"), "win.delete-group", g_variant_new_string (path));
  append_section (menu, section);
}

static void
append_smart (GMenu *menu, MuriSmartGroup *smart)
{
  const char *id = muri_smart_group_get_id (smart);
  GMenu *section = g_menu_new ();

  append (section, _ ("_Edit Search…"), "win.edit-smart-group", g_variant_new_string (id));
  append_section (menu, section);
  section = g_menu_new ();
  append (section, _ ("_Delete Smart Group"), "win.delete-smart-group", g_variant_new_string (id));
  append_section (menu, section);
}

static void
append_new (GMenu *menu)
{
  GMenu *section = g_menu_new ();

  append (section, _ ("New _Group…"), "win.new-group", g_variant_new_string (""));
  append (section, _ ("New _Smart Group…"), "win.new-smart-group", g_variant_new_string (""));
  append_section (menu, section);
}

static void
append_scope (GMenu *menu, MuriScope *scope)
{
  GMenu *section = g_menu_new ();

  append_verbs (section, scope);
  append_section (menu, section);
  g_object_unref (scope);
}

GMenuModel *
muri_item_menu_new_group (MuriGroup *group)
{
  GMenu *menu = g_menu_new ();

  append_group (menu, group);
  return G_MENU_MODEL (menu);
}

GMenuModel *
muri_item_menu_new_smart (MuriSmartGroup *smart)
{
  GMenu *menu = g_menu_new ();

  append_smart (menu, smart);
  return G_MENU_MODEL (menu);
}

GMenuModel *
muri_item_menu_new (MuriFleet *fleet, gpointer item, const char *origin)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  if (MURI_IS_VM (item))
    append_vm (menu, fleet, item, origin);
  else if (MURI_IS_NODE (item))
    append_node (menu, fleet, item, origin);
  else if (MURI_IS_GROUP (item))
    {
      append_scope (menu, muri_scope_new_group (fleet, item));
      append_group (menu, item);
    }
  else if (MURI_IS_SMART_GROUP (item))
    {
      append_scope (menu, muri_scope_new_smart (fleet, item));
      append_smart (menu, item);
    }
  else if (muri_sidebar_item_is (item, MURI_SIDEBAR_GROUPS)
           || muri_sidebar_item_is (item, MURI_SIDEBAR_NO_GROUPS))
    append_new (menu);
  if (g_menu_model_get_n_items (G_MENU_MODEL (menu)) == 0)
    return NULL;
  return G_MENU_MODEL (g_steal_pointer (&menu));
}
