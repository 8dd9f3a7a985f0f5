"""Exports as programs really write them: a row by its headers, its phones in calling order, and our fields."""

from __future__ import annotations

EXPORTS: dict[str, tuple[dict[str, str], list[str], dict[str, str]]] = {
    "HubSpot": (
        {
            "Record ID": "151", "First name": "Ann", "Last name": "Lee", "Email": "a@example.com",
            "Phone number": "212-555-0102", "Mobile phone number": "+1 212-555-0101",
            "WhatsApp Phone Number": "+1 212-555-0103", "City": "Boston", "State/Region": "MA",
            "Country/Region": "United States", "Postal/Zip code": "02134", "Lead status": "New",
            "Number of times contacted": "3", "Unsubscribed from all email": "true", "Create Date": "2026-01-01 10:00",
            "Contact owner": "Bob Ray", "Mobile Phone Country": "US",
        },
        ["Mobile phone number", "WhatsApp Phone Number", "Phone number"],
        {
            "Record ID": "external_id", "First name": "first_name", "Last name": "last_name", "Email": "email",
            "City": "city", "State/Region": "state", "Country/Region": "country", "Postal/Zip code": "postal_code",
        },
    ),
    "Salesforce report": (
        {
            "First Name": "Ann", "Last Name": "Lee", "Company / Account": "Acme", "Phone": "(212) 555-0102",
            "Mobile": "(212) 555-0101", "Fax": "(212) 555-0109", "Email": "a@example.com", "Lead Status": "Open",
            "State/Province": "NY", "Zip/Postal Code": "10001", "Country": "USA", "Lead ID": "00Q5e00000AbCdE",
            "Do Not Call": "0", "Email Opt Out": "1", "Asst. Phone": "(212) 555-0108",
        },
        ["Mobile", "Phone"],
        {
            "First Name": "first_name", "Last Name": "last_name", "Company / Account": "company", "Email": "email",
            "State/Province": "state", "Zip/Postal Code": "postal_code", "Country": "country",
            "Lead ID": "external_id", "Do Not Call": "do_not_call",
        },
    ),
    "Salesforce Data Loader": (
        {
            "Id": "0035e00000AbCdE", "FirstName": "Ann", "LastName": "Lee", "Phone": "2125550102",
            "MobilePhone": "2125550101", "HomePhone": "2125550103", "OtherPhone": "2125550104",
            "AssistantPhone": "2125550108", "Fax": "2125550109", "MailingCity": "Boston", "MailingState": "MA",
            "MailingPostalCode": "02134", "MailingCountry": "US", "DoNotCall": "false", "HasOptedOutOfEmail": "true",
            "HasOptedOutOfFax": "true", "Do_Not_Contact__c": "false",
        },
        ["MobilePhone", "Phone", "HomePhone", "OtherPhone"],
        {
            "Id": "external_id", "FirstName": "first_name", "LastName": "last_name", "MailingCity": "city",
            "MailingState": "state", "MailingPostalCode": "postal_code", "MailingCountry": "country",
            "DoNotCall": "do_not_call", "Do_Not_Contact__c": "do_not_call",
        },
    ),
    "Data Loader in capitals": (
        {"ID": "0035e", "LASTNAME": "Lee", "MOBILEPHONE": "2125550101", "POSTALCODE": "02134", "DONOTCALL": "false"},
        ["MOBILEPHONE"],
        {"ID": "external_id", "LASTNAME": "last_name", "POSTALCODE": "postal_code", "DONOTCALL": "do_not_call"},
    ),
    "GoHighLevel": (
        {
            "Contact Id": "aB3", "First Name": "Ann", "Last Name": "Lee", "Phone": "+12125550101",
            "Email": "a@example.com", "Company": "Acme", "Tags": "hot", "Status": "open", "Created Date": "01/02/2026",
            "Additional Phones": "+12125550102, +12125550103", "Timezone": "America/New_York", "DND": "false",
        },
        ["Phone", "Additional Phones"],
        {
            "Contact Id": "external_id", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
            "Company": "company", "Timezone": "timezone", "DND": "do_not_call",
        },
    ),
    "Meta lead ads": (
        {
            "id": "l:1234567890123456", "created_time": "2026-08-07T10:00:00+0000", "ad_id": "ag:120210000000000000",
            "ad_name": "Spring", "form_id": "f:987654321098765", "is_organic": "false", "platform": "fb",
            "when_should_we_call_you?": "morning", "full_name": "Ann Lee", "email": "a@example.com",
            "phone_number": "p:+12125550101", "city": "Boston", "lead_status": "CREATED",
        },
        ["phone_number"],
        {"id": "external_id", "full_name": "full_name", "email": "email", "city": "city"},
    ),
    "Google lead form": (
        {
            "Lead ID": "TeSter-123", "GCLID": "Cj0KCQ", "Campaign Name": "Fall", "Lead Submit Time": "2026-01-02",
            "FULL_NAME": "Ann Lee", "User Email": "a@example.com", "User Phone": "+12125550101", "POSTAL_CODE": "02134",
            "PHONE_NUMBER": "+12125550102",
        },
        ["User Phone", "PHONE_NUMBER"],
        {"Lead ID": "external_id", "FULL_NAME": "full_name", "User Email": "email", "POSTAL_CODE": "postal_code"},
    ),
    "Apollo": (
        {
            "First Name": "Ann", "Last Name": "Lee", "Title": "CEO", "Company Name": "Acme", "Email": "a@example.com",
            "Email Status": "Verified", "Work Direct Phone": "+1 212-555-0102", "Home Phone": "212-555-0103",
            "Mobile Phone": "'+1 212-555-0101", "Corporate Phone": "+1 212-555-0105", "Other Phone": "212-555-0104",
            "# Employees": "120000000", "City": "Boston", "State": "Massachusetts", "Country": "United States",
            "Company City": "Reno", "Company State": "Nevada", "Company Country": "Canada", "Do Not Call": "false",
            "Mobile Phone Status": "valid", "Account Owner": "Bob",
        },
        ["Mobile Phone", "Work Direct Phone", "Home Phone", "Other Phone", "Corporate Phone"],
        {
            "First Name": "first_name", "Last Name": "last_name", "Company Name": "company", "Email": "email",
            "City": "city", "State": "state", "Country": "country", "Do Not Call": "do_not_call",
        },
    ),
    "ZoomInfo": (
        {
            "ZoomInfo Contact ID": "1234567890", "Last Name": "Lee", "First Name": "Ann", "Job Title": "CEO",
            "Direct Phone Number": "(212) 555-0102", "Email Address": "a@example.com",
            "Mobile phone": "(212) 555-0101", "Company HQ Phone": "(212) 555-0105", "Person City": "Boston",
            "Person State": "Massachusetts", "Person Zip Code": "02134", "Country": "United States",
            "ZoomInfo Company ID": "2125550177",
        },
        ["Mobile phone", "Direct Phone Number", "Company HQ Phone"],
        {
            "ZoomInfo Contact ID": "external_id", "Last Name": "last_name", "First Name": "first_name",
            "Email Address": "email", "Person City": "city", "Person State": "state", "Person Zip Code": "postal_code",
            "Country": "country",
        },
    ),
    "Calendly": (
        {
            "Team": "Sales", "User Name": "Host Bob", "User Email": "host@example.com", "Invitee Name": "Ann Lee",
            "Invitee First Name": "Ann", "Invitee Last Name": "Lee", "Invitee Email": "a@example.com",
            "Invitee Time Zone": "Eastern Time - US & Canada", "Text Reminder Number": "+1 212-555-0101",
            "Event Type Name": "Demo", "Start Date & Time": "2026-01-02 10:00 am", "Canceled": "false",
            "Question 1": "Your phone number", "Response 1": "(212) 555-0102", "Question 2": "Budget",
            "Response 2": "2125550103",
        },
        ["Text Reminder Number", "Response 1"],
        {
            "Invitee Name": "full_name", "Invitee First Name": "first_name", "Invitee Last Name": "last_name",
            "Invitee Email": "email", "Invitee Time Zone": "timezone",
        },
    ),
    "Calendly without reminders": (
        {
            "Invitee Name": "Ann Lee", "Text Reminder Number": "", "Question 1": "Anything else?",
            "Response 1": "+1 647-918-6991", "Invitee accepted marketing emails": "Yes",
        },
        ["Text Reminder Number", "Response 1"],
        {"Invitee Name": "full_name"},
    ),
    "VICIdial": (
        {
            "vendor_lead_code": "77", "source_id": "9", "list_id": "2125550177", "phone_code": "1",
            "phone_number": "2125550101", "title": "Ms", "first_name": "Ann", "middle_initial": "B",
            "last_name": "Lee", "address1": "1 Main St", "city": "Boston", "state": "MA", "province": "",
            "postal_code": "02134", "country_code": "USA", "gender": "F", "date_of_birth": "1980-01-02",
            "alt_phone": "2125550102", "email": "a@example.com", "security_phrase": "", "comments": "hi", "rank": "0",
            "owner": "", "gmt_offset_now": "-5.00",
        },
        ["phone_number", "alt_phone"],
        {
            "vendor_lead_code": "external_id", "phone_code": "phone_prefix", "first_name": "first_name",
            "last_name": "last_name", "city": "city", "state": "state", "province": "state",
            "postal_code": "postal_code", "country_code": "country", "email": "email", "comments": "notes",
        },
    ),
    "Pipedrive": (
        {
            "Person - ID": "5", "Person - Name": "Ann Lee", "Person - Email": "a@example.com",
            "Person - Phone": "212-555-0103", "Person - Phone - Work": "212-555-0104",
            "Person - Phone - Home": "212-555-0105", "Person - Phone - Mobile": "212-555-0101",
            "Person - Phone - Other": "212-555-0106", "Person - Organization": "Acme", "Deal - ID": "9",
            "Deal - Value": "2125550177",
        },
        [
            "Person - Phone - Mobile", "Person - Phone", "Person - Phone - Work", "Person - Phone - Home",
            "Person - Phone - Other",
        ],
        {
            "Person - ID": "external_id", "Person - Name": "full_name", "Person - Email": "email",
            "Person - Organization": "company",
        },
    ),
    "Zoho": (
        {
            "Record Id": "zcrm_1", "Contact Owner": "Bob", "First Name": "Ann", "Last Name": "Lee",
            "Account Name": "Acme", "Email": "a@example.com", "Phone": "212-555-0102", "Home Phone": "212-555-0103",
            "Other Phone": "212-555-0104", "Mobile": "212-555-0101", "Fax": "212-555-0109",
            "Asst Phone": "212-555-0108", "Mailing City": "Boston", "Mailing State": "MA",
            "Mailing Zip": "02134", "Mailing Country": "USA",
            "Other City": "Reno", "Other Zip": "89501", "Email Opt Out": "true",
        },
        ["Mobile", "Phone", "Home Phone", "Other Phone"],
        {
            "Record Id": "external_id", "First Name": "first_name", "Last Name": "last_name",
            "Account Name": "company", "Email": "email", "Mailing City": "city", "Mailing State": "state",
            "Mailing Zip": "postal_code", "Mailing Country": "country",
        },
    ),
    "Outlook": (
        {
            "First Name": "Ann", "Assistant's Phone": "212-555-0108", "Business Fax": "212-555-0109",
            "Business Phone": "212-555-0103", "Business Phone 2": "212-555-0104", "Company Main Phone": "212-555-0106",
            "Home Phone": "212-555-0105", "Mobile Phone": "212-555-0101", "Primary Phone": "212-555-0102",
        },
        ["Mobile Phone", "Primary Phone", "Business Phone", "Business Phone 2", "Home Phone", "Company Main Phone"],
        {"First Name": "first_name"},
    ),
    "WooCommerce": (
        {
            "Billing First Name": "Ann", "Billing Last Name": "Lee", "Billing Phone": "212-555-0101",
            "Billing Postcode": "02134", "Billing Country": "US", "Order Number": "2125550177",
        },
        ["Billing Phone"],
        {
            "Billing First Name": "first_name", "Billing Last Name": "last_name", "Billing Postcode": "postal_code",
            "Billing Country": "country",
        },
    ),
    "Retell": (
        {"phone number": "+12125550101", "ignore e164 validation": "false", "customer_name": "Ann"},
        ["phone number"],
        {"customer_name": "full_name"},
    ),
    "Vapi": ({"number": "+12125550101", "name": "Ann"}, ["number"], {"name": "full_name"}),
    "ElevenLabs": (
        {"phone_number": "+12125550101", "language": "en", "first_message": "Hi"}, ["phone_number"],
        {"language": "language"},
    ),
    "Bolna": (
        {"contact_number": "+12125550101", "first_name": "Ann"}, ["contact_number"], {"first_name": "first_name"},
    ),
    "Speechify": ({"phone": "+12125550101", "plan": "gold"}, ["phone"], {}),
    "Exotel": ({"number": "2125550101", "first_name": "Ann"}, ["number"], {"first_name": "first_name"}),
    "Cisco": (
        {
            "Account Number": "2125550177", "Phone1": "2125550101", "Phone2": "2125550102", "Phone3": "2125550103",
            "Dial Time": "1000",
        },
        ["Phone1", "Phone2", "Phone3"],
        {"Account Number": "external_id", "Dial Time": "call_at"},
    ),
}  # fmt: skip
