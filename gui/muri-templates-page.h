/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-page.h"

G_BEGIN_DECLS

/**
 * MuriTemplatesPage: the gallery of templates, and the details of one.
 *
 * Properties: template-id (string, nullable): the one that is shown; NULL: all of them.
 */
#define MURI_TYPE_TEMPLATES_PAGE (muri_templates_page_get_type ())
G_DECLARE_FINAL_TYPE (MuriTemplatesPage, muri_templates_page, MURI, TEMPLATES_PAGE, MuriPage)

G_END_DECLS
