/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-verb-menu.h"

#include "muri-format.h"

/* In sections: what starts, what stops, what forces. */
static const guint sections[][4] = {
  { MURI_VERB_POWER_ON, MURI_VERB_RESUME },
  { MURI_VERB_SHUTDOWN, MURI_VERB_REBOOT, MURI_VERB_PAUSE, MURI_VERB_SAVE },
  { MURI_VERB_POWER_OFF, MURI_VERB_RESET },
};

static gboolean
is_wanted (const guint *verbs, guint verb)
{
  for (guint i = 0; verbs && verbs[i] != MURI_VERB_NONE; i++)
    if (verbs[i] == verb)
      return TRUE;
  return verbs == NULL;
}

static gboolean
can_any (GListModel *vms, guint verb)
{
  guint n = g_list_model_get_n_items (vms);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      if (muri_vm_can (vm, verb))
        return TRUE;
    }
  return FALSE;
}

static GVariant *
make_target (GListModel *vms, guint verb)
{
  GVariantBuilder builder;
  guint n = g_list_model_get_n_items (vms);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("(sas)"));
  g_variant_builder_add (&builder, "s", muri_verb_to_nick (verb));
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      g_variant_builder_add (&builder, "s", muri_vm_get_id (vm));
    }
  g_variant_builder_close (&builder);
  return g_variant_builder_end (&builder);
}

static void
set_action (GMenuItem *item, GListModel *vms, guint verb, const char *scope_id)
{
  /* An action that does not exist makes the item insensitive. */
  if (!can_any (vms, verb))
    g_menu_item_set_detailed_action (item, "win.act-impossible");
  else if (scope_id)
    g_menu_item_set_action_and_target (item, "win.act-scope", "(ss)", muri_verb_to_nick (verb),
                                       scope_id);
  else
    g_menu_item_set_action_and_target_value (item, "win.act", make_target (vms, verb));
}

static GMenuModel *
make_section (GListModel *vms, const guint *verbs, const guint *section, const char *scope_id)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (sections[0]) && section[i] != MURI_VERB_NONE; i++)
    {
      g_autoptr (GMenuItem) item = NULL;

      if (!is_wanted (verbs, section[i]))
        continue;
      item = g_menu_item_new (muri_format_verb (section[i]), NULL);
      set_action (item, vms, section[i], scope_id);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

static GMenuModel *
make_menu (GListModel *vms, const guint *verbs, const char *scope_id)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      g_autoptr (GMenuModel) section = make_section (vms, verbs, sections[i], scope_id);

      if (g_menu_model_get_n_items (section) > 0)
        g_menu_append_section (menu, NULL, section);
    }
  return G_MENU_MODEL (menu);
}

GMenuModel *
muri_verb_menu_new (GListModel *vms, const guint *verbs)
{
  return make_menu (vms, verbs, NULL);
}

GMenuModel *
muri_verb_menu_new_for_scope (MuriScope *scope)
{
  g_autofree char *id = muri_scope_to_id (scope);

  return make_menu (muri_scope_get_vms (scope), NULL, id);
}
