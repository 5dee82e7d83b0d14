<?php

declare(strict_types=1);

namespace Imza\Dlga;

/** Whether a line feed follows the body in the string to sign (DLGA-6). */
enum BodyLine: int
{
    case WhenPresent = 0;
    case Always = 1;
    case Never = 2;
}
