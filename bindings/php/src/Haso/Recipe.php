<?php

declare(strict_types=1);

namespace Imza\Haso;

use Imza\{Handle, Library};

/** Which fields of a method make up the token's message, and in which order (HASO-2). */
final class Recipe extends Handle
{
    /** @internal */
    protected const TYPE = 'imza_haso_recipe';

    private function __construct()
    {
    }

    /** The recipe of a documented method, by name or path: `SetPreDefinedLimit`, `/RequestV2/SetPreDefinedLimit`. */
    public static function find(string $endpoint, ?Library $library = null): self
    {
        $recipe = new self();
        $recipe->open($library, 'imza_haso_recipe_find', $endpoint);
        return $recipe;
    }

    /** Reads the line of the vendor's page: `merchantId + ipAddress + kkbRefNo + merhant_salt`. */
    public static function parse(string $printed, ?Library $library = null): self
    {
        $recipe = new self();
        $recipe->open($library, 'imza_haso_recipe_parse', $printed);
        return $recipe;
    }

    /** The recipe in the vendor's notation. */
    public function print(): string
    {
        return $this->call()->text('imza_haso_recipe_print', $this->pointer());
    }

    /** Switches the checks of lengths, amounts and addresses off (HASO-10): for an audit. */
    public function withoutFieldChecks(): static
    {
        return $this->change('imza_haso_recipe_without_field_checks');
    }

    /** Ignores fields that the recipe does not have (HASO-9). A misspelt optional field then goes unnoticed. */
    public function ignoringOtherFields(): static
    {
        return $this->change('imza_haso_recipe_ignoring_other_fields');
    }
}
