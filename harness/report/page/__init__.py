"""The report as one HTML file: a module a section, styled by style.css."""
