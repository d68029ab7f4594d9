/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-menu.h"

#include <glib/gi18n.h>

static void
append (GMenu *menu, const char *label, const char *action, GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
}

/* @section: (transfer full) */
static void
append_section (GMenu *menu, GMenu *section)
{
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

GMenuModel *
muri_template_menu_new (MuriTemplate *shown, gboolean open)
{
  const char *id = muri_template_get_id (shown);
  gboolean ready = muri_template_get_state (shown) == MURI_TEMPLATE_STATE_READY;
  GMenu *menu = g_menu_new ();
  GMenu *section;

  if (open)
    {
      section = g_menu_new ();
      append (section, _ ("_New VMs…"), ready ? "win.new-vms" : "win.act-impossible",
              g_variant_new ("(ss)", id, ""));
      append (section, _ ("_Details"), "win.show-template", g_variant_new_string (id));
      append_section (menu, section);
    }
  section = g_menu_new ();
  append (section, _ ("_Rename…"), "win.rename-template", g_variant_new_string (id));
  append (section, _ ("_Change…"), "win.change-template", g_variant_new_string (id));
  append (section, _ ("_Generalise…"), ready ? "win.generalise-template" : "win.act-impossible",
          g_variant_new_string (id));
  append_section (menu, section);
  section = g_menu_new ();
  append (section, _ ("Copy to _Hosts…"), ready ? "win.copy-template" : "win.act-impossible",
          g_variant_new_string (id));
  append (section, _ ("_Export…"), ready ? "win.export-template" : "win.act-impossible",
          g_variant_new_string (id));
  append_section (menu, section);
  section = g_menu_new ();
  append (section, _ ("_Delete…"), "win.delete-template", g_variant_new_string (id));
  append_section (menu, section);
  return G_MENU_MODEL (menu);
}

GMenuModel *
muri_template_menu_new_add (void)
{
  GMenu *menu = g_menu_new ();

  append (menu, _ ("Make from a _VM…"), "win.make-template", g_variant_new_string (""));
  append (menu, _ ("_Import File…"), "win.import-template", g_variant_new_string (""));
  append (menu, _ ("From _Address…"), "win.fetch-template", NULL);
  return G_MENU_MODEL (menu);
}
